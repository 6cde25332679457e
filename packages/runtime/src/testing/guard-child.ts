import { runProcess } from '../command.ts';

/** A program for tests to kill: `guard-child.ts SCRIPT` runs a shell script with a guard and passes on its lines. */
const [, , script = ''] = process.argv;
await runProcess({
  program: 'sh',
  arguments: ['-c', script],
  guarded: true,
  stdout: { onLine: (line) => console.log(line) },
});
