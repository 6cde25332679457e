import path from 'node:path';
import { runProcess } from '@holdfast/runtime';
import { openCommitGate } from '../restic/commit-gate.ts';
import { meterStream } from '../restic/stream-meter.ts';
import { standIn } from './stand-in.ts';

/**
 * A program for tests to kill: `gate-child.ts FOLDER BYTES GATES`. Through each of its gates it streams so many
 * bytes into a stand-in for restic that makes the file `FOLDER/result-N` when it sees the end of its input. It
 * says `started` and `produced` for each gate, and never commits.
 */
const [, , folder = '', bytes = '0', gates = '1'] = process.argv;

async function stream(result: string): Promise<void> {
  const gate = await openCommitGate({
    program: 'sh',
    arguments: ['-c', standIn, 'sh', result],
  });
  const meter = await meterStream(gate);
  console.log('started');
  await runProcess({
    program: 'head',
    arguments: ['-c', bytes, '/dev/zero'],
    stdout: { descriptor: meter.descriptor },
  });
  meter.end();
  await meter.count;
  console.log('produced');
}

// Until it is killed.
setInterval(() => {}, 1000);
await Promise.all(
  Array.from({ length: Number(gates) }, (_, index) => stream(path.join(folder, `result-${index}`))),
);
