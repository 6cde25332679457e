import { runProcess, Secret } from '@holdfast/runtime';
import { createResticEngine } from '../restic/restic-engine.ts';

/**
 * A program for tests to kill: `backup-child.ts REPOSITORY CACHE BYTES`, the password in RESTIC_PASSWORD. It
 * streams so many bytes into a backup, says `produced`, and never hears how its producer ended.
 */
const [, , location = '', cacheDirectory = '', bytes = '0'] = process.argv;
const engine = createResticEngine({ cacheDirectory });
await engine.backupStream(
  {
    access: { location, environment: {}, options: [] },
    password: new Secret(process.env.RESTIC_PASSWORD ?? ''),
    host: 'agent-1',
  },
  {
    path: '/app.dump',
    tags: ['operation:killed'],
    time: new Date(),
    async produce(sink) {
      console.log('started');
      await runProcess({
        program: 'head',
        arguments: ['-c', bytes, '/dev/urandom'],
        stdout: { descriptor: sink.descriptor },
      });
      console.log('produced');
      await new Promise(() => setInterval(() => {}, 1000));
    },
  },
);
