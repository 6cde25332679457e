import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { ApiDocument, DocumentedOperation } from '../document.ts';
import type { Received } from './request.ts';

export interface DocumentedRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

export function routesOf(document: ApiDocument): DocumentedRoute[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Says what of an answer is not as the document has it; nothing when all is. */
export function createDocumentCheck(document: ApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ ...document }, 'api');

  return (
    { method, path, operation }: DocumentedRoute,
    { status, contentType, text }: Received,
  ): string[] => {
    const where = `${method} ${path} ${status}`;
    const documented = operation.responses[String(status)];
    if (documented === undefined) return [`${where} is not documented: ${text.slice(0, 300)}`];
    const type = contentType.split(';')[0] ?? '';
    if (documented.content === undefined) return text === '' ? [] : [`${where} should have no body`];
    if (documented.content[type] === undefined) return [`${where} should not be ${contentType}`];
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    const validate = ajv.getSchema(`api#/${pointer.map(escapePointer).join('/')}`);
    if (validate === undefined) return [`${where} has no schema`];
    const body = read(type, text);
    return validate(body) === true
      ? []
      : [`${where}: ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`];
  };
}

function escapePointer(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function read(type: string, text: string): unknown {
  if (type === 'text/event-stream') return JSON.parse(firstEvent(text));
  return type.endsWith('json') ? JSON.parse(text) : text;
}

function firstEvent(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.startsWith('data: '))
      ?.slice('data: '.length) ?? 'null'
  );
}
