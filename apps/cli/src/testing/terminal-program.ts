/**
 * The command line with the real streams of its process, for tests on a pseudo-terminal. Answers every restore as
 * started and done; the number of restores that were asked for is its last line.
 */
import { createHttpConnection } from '../api/http-connection.ts';
import { run } from '../run.ts';
import { startContractServer } from './contract-server.ts';
import { anOperation, aSnapshot, aSource } from './samples.ts';

const source = aSource();
const started = anOperation({
  kind: 'restore',
  source: source.name,
  progress: { step: 'loading', bytesDone: 1024 },
});
const done = {
  ...started,
  state: 'succeeded',
  finishedAt: started.startedAt,
  result: { restored: ['shop'] },
};
await using server = await startContractServer({
  [`GET /v1/sources/${source.name}`]: { body: source },
  'GET /v1/snapshots': { body: { items: [aSnapshot()] } },
  'POST /v1/restores': { status: 202, body: started },
  [`GET /v1/operations/${started.id}/events`]: { events: [{ type: 'operation', operation: done }] },
  'POST /v1/destinations': ({ body }) => {
    process.stdout.write(`SENT ${Buffer.from(JSON.stringify(body)).toString('hex')}\n`);
    return { status: 500 };
  },
});
const exitCode = await run(process.argv.slice(2), {
  version: '0',
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  connect: async () => createHttpConnection({ socketPath: server.socketPath }),
  serve: async () => {},
  onInterrupt: () => () => {},
  exit: (code) => process.exit(code),
});
const restores = server.received.filter((request) => request.path === '/v1/restores').length;
process.stdout.write(`EXIT ${exitCode} RESTORES ${restores}\n`);
