import { readFile, stat } from 'node:fs/promises';
import { type Configuration, configurationSchema, largestConfiguration } from '@holdfast/contracts';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';

/** A document that was read, and where in its file things stand. */
export interface ReadDocument {
  readonly configuration: Configuration;
  /** `holdfast.yaml:12:5`, of the nearest thing above that path which the file has. */
  placeOf(path: readonly string[]): string;
}

/** Many references in few lines can stand for more than any memory holds. */
const mostAliases = 20;

/**
 * @param file `-` for standard input
 * @throws CommandError `invalid-input` or `configuration-invalid`, naming the line
 */
export async function readDocument(context: CommandContext, file: string): Promise<ReadDocument> {
  const name = file === '-' ? 'standard input' : file;
  return parse(await readText(context, file), name);
}

function parse(text: string, name: string): ReadDocument {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  // Core schema: no dates, no merge keys, nothing that makes objects of its own.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake !== undefined) throw invalid(at(mistake.pos[0]), mistake.message);

  const placeOf = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range != null) return at(node.range[0]);
    }
    return at(document.contents?.range?.[0] ?? 0);
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    throw invalid(name, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = configurationSchema.safeParse(value);
  if (!parsed.success) {
    const found = innermost(parsed.error.issues);
    throw invalid(
      placeOf(found.path),
      `${found.path.map(String).join('.') || 'the document'}: ${found.message}`,
    );
  }
  return { configuration: parsed.data, placeOf };
}

interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where a value may be one of several, the first that is at the place of what is unknown is of use. */
function innermost(issues: readonly z.core.$ZodIssue[]): Mistake {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: 'is not valid' };
  const { path, message, code } = issue;
  if (code === 'unrecognized_keys')
    return { path: [...path, issue.keys[0] ?? ''], message: 'is not known here' };
  if (code === 'invalid_union' && issue.errors.length > 0) {
    return {
      path,
      message: 'is none of what is accepted here: text, a number, a list, or a reference to a secret',
    };
  }
  if (code === 'invalid_key') return { path, message: 'is no name that Holdfast accepts' };
  return { path, message };
}

function invalid(place: string, message: string, cause?: unknown): CommandError {
  return new CommandError('configuration-invalid', `${place}: ${message}`, {
    hint: 'Correct that line. An editor helps with the schema that holdfast export --schema prints.',
    cause,
  });
}

async function readText({ host }: CommandContext, file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of host.stdin) {
      const bytes = Buffer.from(chunk);
      size += bytes.byteLength;
      if (size > largestConfiguration) throw tooLarge('What is on standard input');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    if ((await stat(file)).size > largestConfiguration) throw tooLarge(file);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandError('invalid-input', `The document cannot be read: ${words}`, { cause: error });
  }
}

function tooLarge(what: string): CommandError {
  return new CommandError('invalid-input', `${what} has more than ${largestConfiguration / 1024} KiB.`);
}
