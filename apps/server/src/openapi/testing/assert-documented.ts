import type { ApiDocument } from '../document.ts';
import { createDocumentCheck, type DocumentedRoute, routesOf } from './document-check.ts';
import type { Received } from './request.ts';

interface Asked {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
}

let known: Promise<ReturnType<typeof createFinder>> | undefined;

/**
 * Holds every answer that a test gets against the API's document, whatever the test is about: its status, its type, its
 * content, and the code of a problem. Routes that the document leaves out are passed over.
 * @param readDocument asked once: every server of a process has the same routes
 * @throws Error naming what differs
 */
export async function assertDocumented(
  { method, path }: Asked,
  received: Omit<Received, 'headers'>,
  readDocument: () => Promise<unknown>,
): Promise<void> {
  known ??= readDocument().then((document) => createFinder(document as ApiDocument));
  const { find, check } = await known;
  const route = find(method, new URL(path, 'http://server').pathname);
  if (route === undefined) return;
  const differences = check(route, { ...received, headers: '' });
  if (differences.length > 0) throw new Error(`Not as documented: ${differences.join('; ')}`);
}

function createFinder(document: ApiDocument) {
  const routes = routesOf(document).map((route) => ({ route, pattern: patternOf(route) }));
  // What has no parameter is the better match of two.
  const ordered = routes.toSorted((a, b) => parametersOf(a.route) - parametersOf(b.route));
  return {
    check: createDocumentCheck(document),
    find: (method: string, pathname: string) =>
      ordered.find(({ route, pattern }) => route.method === method && pattern.test(pathname))?.route,
  };
}

function patternOf({ path }: DocumentedRoute): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function parametersOf({ path }: DocumentedRoute): number {
  return path.split('{').length;
}
