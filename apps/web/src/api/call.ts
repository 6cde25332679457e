import { pageSchema } from '@holdfast/contracts';
import type { z } from 'zod';
import { ApiProblem, problemOf } from './problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * One request to the API; its answer is parsed by the contract before anything looks at it.
 * @throws ApiProblem, also when the server cannot be reached
 */
export async function call<T extends z.ZodType>(
  answer: T,
  path: string,
  options: CallOptions = {},
): Promise<z.infer<T>> {
  const response = await send(path, options);
  return answer.parse(await response.json());
}

/** A request whose answer has no content. @throws ApiProblem */
export async function callVoid(path: string, options: CallOptions): Promise<void> {
  await send(path, options);
}

/** A page of a list. */
export function callPage<T extends z.ZodType>(item: T, path: string, options: CallOptions = {}) {
  return call(pageSchema(item), path, options);
}

/** Every item of a list that comes in pages; for lists that are short by their nature. */
export async function callAll<T extends z.ZodType>(
  item: T,
  path: string,
  { query, ...options }: CallOptions = {},
): Promise<z.infer<T>[]> {
  const items: z.infer<T>[] = [];
  let cursor: string | undefined;
  do {
    const page = await callPage(item, path, { ...options, query: { ...query, cursor } });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** One segment of a path, whatever a container's name holds. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

async function send(path: string, { method = 'GET', query, body, signal }: CallOptions): Promise<Response> {
  const init: RequestInit = { method, credentials: 'same-origin', signal: signal ?? null };
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(withQuery(path, query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(
      0,
      'server-unreachable',
      'The server cannot be reached.',
      'Check that Holdfast runs and that this computer is connected. The page tries again by itself.',
    );
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
