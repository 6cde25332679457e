import http from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '@holdfast/runtime';
import type Docker from 'dockerode';

/** What dockerode keeps of how the engine is reached. */
interface Modem {
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly socketPath?: string;
}

/**
 * Starts an exec and takes over its connection.
 *
 * The first attempt has no body (the engine's defaults are what is wanted): HAProxy from 2.4 on, which many socket
 * proxies are made of, drops the `Upgrade` header from a request that has one, and then no input can be
 * attached. Engines before 23 refuse that with 400, and start nothing by it: they get a body.
 *
 * @param input whether the command's input is attached: then the answer must be a two-way stream
 * @throws the engine's answer as `{ statusCode, message }`, or HoldfastError `docker-forbidden`
 */
export async function openExecStream(
  docker: Docker,
  execId: string,
  input: boolean,
): Promise<Readable | Duplex> {
  const modem = docker.modem as Modem;
  try {
    return await start(modem, execId, input, '');
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 400) throw error;
    return await start(modem, execId, input, '{}');
  }
}

function start(modem: Modem, execId: string, input: boolean, body: string): Promise<Readable | Duplex> {
  const request = (modem.protocol === 'https' ? https : http).request({
    ...(modem.socketPath === undefined
      ? { host: modem.host, port: modem.port }
      : { socketPath: modem.socketPath }),
    method: 'POST',
    path: `/exec/${execId}/start`,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'tcp',
      'Content-Length': body.length,
      ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
    },
  });
  return new Promise((resolve, reject) => {
    request.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', (response) => {
      if (response.statusCode !== 200) {
        refusal(response).then(reject, reject);
      } else if (input) {
        response.destroy();
        reject(inputNotAttached());
      } else {
        resolve(response);
      }
    });
    request.once('error', reject);
    request.end(body);
  });
}

async function refusal(response: http.IncomingMessage): Promise<{ statusCode?: number; message: string }> {
  const words = await text(response);
  return { statusCode: response.statusCode, message: words.slice(0, 2000) };
}

function inputNotAttached(): HoldfastError {
  return new HoldfastError(
    'docker-forbidden',
    'A proxy before the Docker engine lets exec pass, but not the input of a command (it drops the Upgrade header).',
    {
      hint: 'Use the socket proxy in deploy/socket-proxy, or upgrade the Docker engine to version 23 or newer.',
    },
  );
}
