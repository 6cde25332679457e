import { testEngine } from '../testing/engine-suite.ts';
import { createResticEngine } from './restic-engine.ts';

testEngine('restic', (lab) => createResticEngine({ cacheDirectory: lab.cacheDirectory, lockWaitMs: 4000 }));
