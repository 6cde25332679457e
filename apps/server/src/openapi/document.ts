import { type ErrorCode, errorCatalogue, problemSchema } from '@holdfast/contracts';
import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import type { Access } from '../http/access.ts';
import { type JsonSchema, SchemaWriter } from './json-schema.ts';

export interface DocumentedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly 'x-access': Access;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface DocumentedResponse {
  readonly description: string;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface ApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: JsonSchema;
  };
}

/** The document of the API (OpenAPI 3.1), made of the very schemas that check requests and answers. */
export function describeApi(routes: readonly RouteOptions[], version: string): ApiDocument {
  const writer = new SchemaWriter();
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const route of routes) {
    if (route.schema?.hide === true || route.url.includes('*')) continue;
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    for (const method of [route.method].flat()) {
      (paths[path] ??= {})[method.toLowerCase()] = describeRoute(route, method, writer);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description:
        'Backup and recovery. Long work answers 202 with an operation; follow it at its events. Lists come in pages: give `next` back as `cursor`. Errors are problem details (RFC 9457) with a stable `code` and a `hint`.',
    },
    paths,
    components: {
      schemas: Object.fromEntries([...writer.components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, or the token of this host.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'holdfast_session',
          description: 'A signed-in person.',
        },
      },
    },
  };
}

function describeRoute(route: RouteOptions, method: string, writer: SchemaWriter): DocumentedOperation {
  const { schema = {}, url, config } = route;
  const access = config?.access ?? 'host';
  return {
    operationId:
      schema.operationId ?? `${method.toLowerCase()}${url.replace(/\W+(\w)/g, (_, c) => c.toUpperCase())}`,
    summary: schema.summary ?? '',
    tags: schema.tags ?? [],
    'x-access': access,
    security: access === 'open' ? [] : [{ bearer: [] }, { cookie: [] }],
    parameters: [
      ...parametersOf(schema.params, 'path', writer),
      ...parametersOf(schema.querystring, 'query', writer),
      ...parametersOf(schema.headers, 'header', writer),
    ],
    ...(schema.body instanceof z.ZodType
      ? {
          requestBody: {
            required: !schema.body.safeParse(undefined).success,
            content: { 'application/json': { schema: writer.input(schema.body) } },
          },
        }
      : {}),
    responses: { ...answersOf(schema.response, writer), ...problemsOf(route, method, writer) },
  };
}

function parametersOf(schema: unknown, place: Parameter['in'], writer: SchemaWriter): Parameter[] {
  if (!(schema instanceof z.ZodType)) return [];
  const { properties = {}, required = [] } = parameterShape.parse(writer.input(schema));
  return Object.entries(properties).map(([name, { default: fallback, ...property }]) => ({
    name,
    in: place,
    required: required.includes(name),
    // A default is one of the parsed value; what a query holds is text.
    schema:
      typeof fallback === 'boolean'
        ? { ...property, default: String(fallback) }
        : { ...property, ...(fallback === undefined ? {} : { default: fallback }) },
  }));
}

const parameterShape = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
});

const contentAnswer = z.object({
  description: z.string().optional(),
  content: z.record(z.string(), z.object({ schema: z.instanceof(z.ZodType) })),
});

function answersOf(response: unknown, writer: SchemaWriter): Record<string, DocumentedResponse> {
  const declared = Object.entries(typeof response === 'object' && response !== null ? response : {});
  return Object.fromEntries(
    declared.map(([status, answer]) => [status, describeAnswer(status, answer, writer)]),
  );
}

function describeAnswer(status: string, answer: unknown, writer: SchemaWriter): DocumentedResponse {
  const description = process.getBuiltinModule('node:http').STATUS_CODES[status] ?? 'Answer';
  if (answer instanceof z.ZodUndefined) return { description };
  if (answer instanceof z.ZodType) {
    return { description, content: { 'application/json': { schema: writer.output(answer) } } };
  }
  const declared = contentAnswer.parse(answer);
  const content = Object.entries(declared.content).map(([type, { schema }]) => [
    type,
    { schema: writer.output(schema) },
  ]);
  return { description: declared.description ?? description, content: Object.fromEntries(content) };
}

/** What every route of its kind may answer, and what this one declares. By status. */
/** Reading writes, too: when a session was last used, for example. */
const ofEveryRoute: readonly ErrorCode[] = ['invalid-input', 'internal', 'data-directory-full'];

function problemsOf(
  { schema = {}, config }: RouteOptions,
  method: string,
  writer: SchemaWriter,
): Record<string, DocumentedResponse> {
  const codes = new Set<ErrorCode>([...ofEveryRoute, ...(schema.problems ?? [])]);
  if (config?.access !== 'open') codes.add('unauthorised').add('forbidden');
  if (method !== 'GET') codes.add('other-origin');
  if (schema.params !== undefined) codes.add('not-found');
  const byStatus = Map.groupBy(codes, (code) => String(errorCatalogue[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, held]) => [
      status,
      {
        description: held.map((code) => `\`${code}\`: ${errorCatalogue[code].title}`).join('. '),
        content: { 'application/problem+json': { schema: writer.output(problemSchema) } },
      },
    ]),
  );
}
