import type { Duplex, Readable } from 'node:stream';
import { HoldfastError } from '@holdfast/runtime';
import { type EngineApi, enginePath, refusal } from './engine-api.ts';
import { isStatus } from './engine-errors.ts';

/**
 * Starts an exec and takes over its connection.
 *
 * The first attempt has no body (the engine's defaults are what is wanted): HAProxy from 2.4 on, which many socket
 * proxies are made of, drops the `Upgrade` header from a request that has one, and then no input can be
 * attached. Engines before 23 refuse that with 400, and start nothing by it: they get a body.
 *
 * @param input whether the command's input is attached: then the answer must be a two-way stream
 * @throws EngineRefusal, what the network says, or HoldfastError `docker-forbidden`
 */
export async function openExecStream(
  api: EngineApi,
  execId: string,
  input: boolean,
): Promise<Readable | Duplex> {
  try {
    return await start(api, execId, input, '');
  } catch (error) {
    if (!isStatus(error, 400)) throw error;
    return await start(api, execId, input, '{}');
  }
}

function start(api: EngineApi, execId: string, input: boolean, body: string): Promise<Readable | Duplex> {
  const request = api.request('POST', enginePath`/exec/${execId}/start`, {
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

function inputNotAttached(): HoldfastError {
  return new HoldfastError(
    'docker-forbidden',
    'A proxy before the Docker engine lets exec pass, but not the input of a command (it drops the Upgrade header).',
    {
      hint: 'Use the socket proxy in deploy/socket-proxy, or upgrade the Docker engine to version 23 or newer.',
    },
  );
}
