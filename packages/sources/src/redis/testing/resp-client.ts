import { connect, type Socket } from 'node:net';

/** A reply: text or a number, nothing, or a list of replies. Bytes are given as latin1. */
export type Reply = string | number | null | readonly Reply[];

/** A refusal of the server. */
export class RespError extends Error {}

/** A client of a test that speaks to the server as an application does: by TCP, on a connection that stays. */
export class RespClient implements AsyncDisposable {
  readonly #socket: Socket;
  #text = '';
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
    const fail = () => {
      for (const one of this.#waiting.splice(0)) one.reject(new Error('the connection was closed'));
    };
    socket.on('close', fail);
    socket.on('error', fail);
  }

  static async open(host: string, port = 6379): Promise<RespClient> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RespClient(socket);
  }

  /** Words are taken as latin1, so that every byte can be given. @throws RespError */
  call(...words: readonly (string | number)[]): Promise<Reply> {
    const parts = words.map(String).map((word) => `$${word.length}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join('')}`, 'latin1');
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await Promise.resolve();
  }

  #receive(text: string): void {
    this.#text += text;
    for (;;) {
      const parsed = parse(this.#text, 0);
      if (parsed === undefined) return;
      this.#text = this.#text.slice(parsed.end);
      const waiting = this.#waiting.shift();
      if (parsed.value instanceof RespError) waiting?.reject(parsed.value);
      else waiting?.resolve(parsed.value);
    }
  }
}

function parse(text: string, start: number): { value: Reply | RespError; end: number } | undefined {
  const stop = text.indexOf('\r\n', start);
  if (stop < 0) return undefined;
  const line = text.slice(start + 1, stop);
  const end = stop + 2;
  const size = Number(line);
  switch (text[start]) {
    case '+':
      return { value: line, end };
    case '-':
      return { value: new RespError(line), end };
    case ':':
      return { value: size, end };
    case '$':
      if (size < 0) return { value: null, end };
      return text.length < end + size + 2
        ? undefined
        : { value: text.slice(end, end + size), end: end + size + 2 };
    case undefined:
      return undefined;
    default: {
      const items: Reply[] = [];
      let at = end;
      for (let index = 0; index < size; index++) {
        const item = parse(text, at);
        if (item === undefined) return undefined;
        items.push(item.value instanceof RespError ? item.value.message : item.value);
        at = item.end;
      }
      return { value: items, end: at };
    }
  }
}
