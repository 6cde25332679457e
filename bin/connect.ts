import { readFileSync, statSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@holdfast/cli';
import { dataDirectoryFiles } from '@holdfast/server/data-directory/files';

/** How long a server that holds the directory's lock may take until its socket answers: a slow machine needs its time. */
const patienceMs = 60_000;

/**
 * A way to the server of a data directory: the one that runs on it, or else one inside this process.
 * @throws errors with a code of the catalogue, `server-unreachable` and `data-directory-in-use` among them
 */
export async function connect(directory: string): Promise<Connection> {
  const socketPath = dataDirectoryFiles(directory).socket;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (await answers(socketPath)) {
      return unlessItEnds(await connectAsClient(directory, socketPath), socketPath, () => connect(directory));
    }
    try {
      return await startEmbedded(directory);
    } catch (error) {
      // Another one is just starting on the directory, or just ending: a moment later it answers, or is gone.
      if (!hasCode(error, 'data-directory-in-use') || performance.now() > deadline) throw error;
      await delay(200);
    }
  }
}

/**
 * A server that another command started for itself may end between the look at its socket and the first request.
 * Nothing was asked of it then, so the way is looked for once more. Later on, a server that is gone is an error.
 */
function unlessItEnds(first: Connection, socketPath: string, again: () => Promise<Connection>): Connection {
  let current = first;
  let settled = false;

  async function ask<T>(send: (connection: Connection) => Promise<T>): Promise<T> {
    const asked = socketFile(socketPath);
    try {
      const answer = await send(current);
      settled = true;
      return answer;
    } catch (error) {
      if (settled || !hasCode(error, 'server-unreachable')) throw error;
      // Another one may listen there by now, with a socket file of its own.
      if (socketFile(socketPath) === asked && (await answers(socketPath))) throw error;
      settled = true;
      current = await again();
      return send(current);
    }
  }

  return {
    get embedded() {
      return current.embedded;
    },
    request: (method, path, body) => ask((connection) => connection.request(method, path, body)),
    content: (path) => ask((connection) => connection.content(path)),
    events: (path) => current.events(path),
    close: () => current.close(),
  };
}

/** Which file a socket is: each server makes a new one. Undefined where there is none. */
function socketFile(socketPath: string): string | undefined {
  const found = statSync(socketPath, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.ino} ${found.ctimeNs}`;
}

async function connectAsClient(directory: string, socketPath: string): Promise<Connection> {
  const { createHttpConnection } = await import('@holdfast/cli/http-connection');
  return createHttpConnection({ socketPath, token: readToken(directory) });
}

async function startEmbedded(directory: string): Promise<Connection> {
  const [{ createHttpConnection }, { startServer }] = await Promise.all([
    import('@holdfast/cli/http-connection'),
    import('@holdfast/server'),
  ]);
  const server = await startServer({ mode: 'embedded', overrides: { dataDirectory: directory } });
  return createHttpConnection({
    socketPath: server.socketPath,
    token: server.token,
    embedded: true,
    onClose: () => server.close(),
  });
}

/** The credential of this host's own clients. */
function readToken(directory: string): string {
  const file = dataDirectoryFiles(directory).token;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw withCode('unauthorised', `The token of the running server cannot be read: ${words(error)}`, error);
  }
}

/** Whether a server listens there. A socket file that a dead one left behind refuses the connection. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) {
        reject(withCode('server-unreachable', `This user may not use ${socketPath}: ${words(error)}`, error));
      } else resolve(false);
    });
  });
}

function withCode(code: string, message: string, cause: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
