import type { Role } from '@holdfast/contracts';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { ApiClient } from '../../../apps/cli/src/api/api-client.ts';
import { freshHoldfast, type Holdfast } from '../../support/holdfast.ts';
import { hostClient } from '../../support/host-client.ts';
import { type Serving, startServing } from '../../support/serving.ts';

export const owner = { name: 'Olga Owner', email: 'olga@example.com', password: 'a long enough password' };

/** For one thing to be seen or done, on a busy machine. */
const patienceMs = 20_000;

export interface OpenAppOptions {
  /** Containers whose names match are seen; none, unless it is said. */
  readonly containers?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A fresh Holdfast that serves, and browsers in front of it. */
export interface OpenApp extends AsyncDisposable {
  readonly holdfast: Holdfast;
  readonly server: Serving;
  readonly url: string;
  /** What is stored, seen by the host: what tests assert on. */
  readonly client: ApiClient;
  /** The code of the first start. */
  setUpCode(): string;
  /** A browser in which nobody is signed in, at the start page. */
  visitor(options?: BrowserContextOptions): Promise<Page>;
  /** The owner's browser, at the start page; makes the account at the first call. */
  owner(options?: BrowserContextOptions): Promise<Page>;
  /** The browser of a new member of the team. */
  member(role: Role, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Starts `holdfast serve` for one test. When it is closed, an error that a page threw or that broke its policy fails
 * the test.
 */
export async function openApp(
  browser: Browser,
  { containers = 'no-container-has-this-name', environment = {} }: OpenAppOptions = {},
): Promise<OpenApp> {
  await using opened = new AsyncDisposableStack();
  const holdfast = opened.use(await freshHoldfast(containers, environment));
  const server = opened.use(await startServing(holdfast));
  const broken: string[] = [];
  let code: string | undefined;
  const api = createTeam(server.url);

  const client = await hostClient(holdfast);
  opened.defer(() => {
    if (broken.length > 0) throw new Error(`Pages had errors:\n${broken.join('\n')}`);
  });
  const kept = opened.move();

  const open = async (enter: (context: BrowserContext) => Promise<void>, options?: BrowserContextOptions) => {
    const context = kept.adopt(await browser.newContext({ reducedMotion: 'reduce', ...options }), (c) =>
      c.close(),
    );
    context.setDefaultTimeout(patienceMs);
    await enter(context);
    const page = await context.newPage();
    watchErrors(page, broken);
    await page.goto(server.url);
    // To leave while the code of the page still comes is an error in the eyes of the browser.
    await page.locator('h1').first().waitFor();
    return page;
  };

  const setUpCode = () => {
    code ??= /code to set Holdfast up with: ([^\s"]+)/.exec(server.said())?.[1];
    if (code === undefined) throw new Error(`The server said no code: ${server.said()}`);
    return code;
  };
  return {
    holdfast,
    server,
    url: server.url,
    client,
    setUpCode,
    visitor: (options) => open(async () => {}, options),
    owner: (options) => open((context) => api.enterAsOwner(context, setUpCode), options),
    member: (role, options) => open((context) => api.enterAsMember(context, role, setUpCode), options),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Makes accounts over the API and leaves their sessions in browsers. */
function createTeam(url: string) {
  let hasOwner = false;
  let members = 0;
  const post = async (context: BrowserContext, path: string, data: object): Promise<unknown> => {
    const response = await context.request.post(`${url}${path}`, { data, headers: { origin: url } });
    if (!response.ok())
      throw new Error(`POST ${path} was answered ${response.status()}: ${await response.text()}`);
    return response.json();
  };
  const enterAsOwner = async (context: BrowserContext, code: () => string) => {
    if (hasOwner) {
      await post(context, '/v1/session', { email: owner.email, password: owner.password });
    } else {
      await post(context, '/v1/setup', { code: code(), ...owner });
      hasOwner = true;
    }
  };
  return {
    enterAsOwner,
    async enterAsMember(context: BrowserContext, role: Role, code: () => string): Promise<void> {
      members += 1;
      await enterAsOwner(context, code);
      const person = { email: `member-${members}@example.com`, name: `A ${role}`, role };
      const invitation = await post(context, '/v1/people', person);
      await context.clearCookies();
      if (typeof invitation !== 'object' || invitation === null || !('code' in invitation))
        throw new Error('The invitation has no code.');
      await post(context, '/v1/invitations/accept', { code: invitation.code, password: owner.password });
      await post(context, '/v1/session', { email: person.email, password: owner.password });
    },
  };
}

function watchErrors(page: Page, broken: string[]): void {
  page.on('pageerror', (error) => broken.push(`${page.url()} threw ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // Chromium also tells of every answer with an error status; what the page makes of those is what is tested.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      broken.push(`${page.url()} told ${message.text()}`);
    }
  });
}
