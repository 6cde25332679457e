/** Captures a server by exec into a pipe that nobody reads, and says when data flows: a process to be killed. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { createAnonymousPipe } from '@holdfast/runtime';
import { testContext } from '../../testing/context.ts';
import { capturePostgres } from '../capture.ts';

const [, , id, name] = process.argv;
if (id === undefined || name === undefined) throw new Error('usage: capture-without-end.ts ID NAME');
const docker = createDockerHost({ host: labDockerHost() });
const context = testContext({ docker, dataPath: 'exec' });
const capture = await capturePostgres({ container: { id, name } }, context);
const [part] = capture.parts;
if (part?.type !== 'stream') throw new Error('there is no stream');
const pipe = await createAnonymousPipe();
const reader = createReadStream('', { fd: pipe.openReadEnd(), highWaterMark: 16 * 1024 });
const produced = part.produce({
  descriptor: pipe.openWriteEnd(),
  writable: () => {
    throw new Error('not used');
  },
  signal: context.signal,
});
await once(reader, 'readable');
process.stdout.write('data flows\n');
await produced;
