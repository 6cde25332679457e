import { request } from 'node:http';

export interface Sent {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
}

export interface Received {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The names and values, as one text. */
  readonly headers: string;
}

/** One request over TCP. Of an event stream only the first piece is read; then the client goes away. */
export function sendOver(url: string, { method, path, headers = [], body }: Sent): Promise<Received> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = method === 'GET' ? [] : ['content-length', String(Buffer.byteLength(body ?? ''))];
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        agent: false,
        headers: ['host', `${hostname}:${port}`, ...headers.flat(), ...length],
      },
      (response) => {
        const contentType = response.headers['content-type'] ?? '';
        const received = (text: string) => ({
          status: response.statusCode ?? 0,
          contentType,
          text,
          headers: JSON.stringify(response.rawHeaders),
        });
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (!contentType.startsWith('text/event-stream') || !text.includes('\n\n')) return;
          resolve(received(text));
          response.destroy();
        });
        response.on('end', () => resolve(received(text)));
        response.on('error', reject);
      },
    );
    // An answer may come, and the connection be closed, before a large body was sent whole.
    sent.on('error', reject);
    sent.end(body);
  });
}
