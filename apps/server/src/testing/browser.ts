import { request } from 'node:http';
import { assertDocumented } from '../openapi/testing/assert-documented.ts';
import type { ServerHandle } from '../server.ts';

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface BrowserRequest {
  readonly body?: unknown;
  /** Beside what a browser sends by itself; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Speaks to a serving Holdfast over TCP as its own pages would: keeps cookies, says where requests come from. */
export function createBrowser({ url }: Pick<ServerHandle, 'url'>) {
  if (url === undefined) throw new Error('This server does not serve on TCP.');
  const cookies = new Map<string, string>();

  /** @throws Error where the answer is not as documented */
  async function ask(method: string, path: string, sent: BrowserRequest = {}): Promise<BrowserAnswer> {
    const answer = await send(method, path, sent);
    const contentType = String(answer.headers['content-type'] ?? '');
    if (!contentType.startsWith('text/event-stream')) {
      await assertDocumented({ method, path }, { ...answer, contentType }, async () =>
        JSON.parse((await send('GET', '/v1/openapi.json')).text),
      );
    }
    const { status, headers: received, text } = answer;
    return { status, headers: received, body: contentType.includes('json') ? JSON.parse(text) : text };
  }

  function send(
    method: string,
    path: string,
    { body, headers = {} }: BrowserRequest = {},
  ): Promise<Omit<BrowserAnswer, 'body'> & { readonly text: string }> {
    const sent: Record<string, string | undefined> = {
      origin: url,
      'user-agent': 'test browser',
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
      'content-type': body === undefined ? undefined : 'application/json',
      ...headers,
    };
    const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), { method, headers: given, agent: false }, (response) => {
        for (const cookie of response.headers['set-cookie'] ?? []) keep(cookie);
        // A stream of events has no end to wait for: that it began is the answer.
        if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
          response.on('error', () => {}).destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '' });
          return;
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  function keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/max-age=0/i.test(cookie)) cookies.delete(name);
    else cookies.set(name, value);
  }

  return { ask, cookies };
}

export type Browser = ReturnType<typeof createBrowser>;
