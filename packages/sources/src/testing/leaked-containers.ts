import { randomBytes } from 'node:crypto';
import { connectLabEngine } from '@holdfast/docker/testing';
import { afterAll } from 'vitest';

const runLabel = 'holdfast.test.run';
/** Containers of this process; others may use the same engine at the same time. */
const runId = randomBytes(6).toString('hex');

/** Labels by which a container is known as one of this test run. */
export const testRunLabels: Readonly<Record<string, string>> = { [runLabel]: runId };

/** Call at the top of a test file: at its end, containers that a test left are removed, and the run fails. */
export function failOnLeakedContainers(): void {
  afterAll(async () => {
    const docker = connectLabEngine();
    const left = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${runId}`] } });
    await Promise.all(left.map((one) => docker.getContainer(one.Id).remove({ force: true, v: true })));
    if (left.length > 0) {
      throw new Error(`tests left containers behind: ${left.flatMap((one) => one.Names).join(', ')}`);
    }
  });
}
