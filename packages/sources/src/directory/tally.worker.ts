import { workerData } from 'node:worker_threads';
import { answerParent } from '../files/run-in-thread.ts';
import { tallyHere } from './tally.ts';

await answerParent(() => tallyHere(String(workerData)));
