import { workerData } from 'node:worker_threads';
import { answerParent } from '../files/answer-parent.ts';
import { type ScanTask, scan } from './scan.ts';

await answerParent(() => scan(workerData as ScanTask));
