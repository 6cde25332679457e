import { workerData } from 'node:worker_threads';
import { answerParent } from './answer-parent.ts';
import type { CountRequest } from './count-files.ts';
import { tally } from './tally.ts';

await answerParent(() => {
  // Only `countFiles` starts this program.
  const { root, sinceMs } = workerData as CountRequest;
  return tally(root, sinceMs);
});
