import { testEngine } from '../testing/engine-suite.ts';
import { createResticEngine } from './restic-engine.ts';

testEngine(
  'restic',
  (lab) => createResticEngine({ cacheDirectory: lab.cacheDirectory, lockWaitMs: 4000 }),
  (lab) => createResticEngine({ binary: `${lab.folder}/no-restic`, cacheDirectory: lab.cacheDirectory }),
);
