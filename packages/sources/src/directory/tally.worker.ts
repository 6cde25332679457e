import { workerData } from 'node:worker_threads';
import { answerParent } from '../files/answer-parent.ts';
import { tally } from './tally.ts';

await answerParent(() => tally(String(workerData)));
