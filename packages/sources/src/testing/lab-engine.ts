import { randomBytes } from 'node:crypto';
import { connect, createDockerHost, type DockerHost } from '@holdfast/docker';
import { afterAll } from 'vitest';

export type Engine = ReturnType<typeof connect>;

const runLabel = 'holdfast.test.run';
/** Containers of this process; others may use the same engine at the same time. */
const runId = randomBytes(6).toString('hex');

/** The Docker engine that tests may make containers in, as `HOLDFAST_LAB_DOCKER_HOST` names it. */
export function labEngine(): { readonly docker: Engine; readonly host: DockerHost } {
  const host = process.env['HOLDFAST_LAB_DOCKER_HOST'];
  if (host === undefined || host === '') {
    throw new Error(
      'HOLDFAST_LAB_DOCKER_HOST names no Docker engine to test with: run the tests with scripts/test, which prepares one.',
    );
  }
  return { docker: connect(host), host: createDockerHost({ host }) };
}

/** Labels that every container of a test carries. */
export function testLabels(): Record<string, string> {
  return { [runLabel]: runId };
}

/** A name that no other container has. */
export function uniqueContainerName(hint: string): string {
  return `holdfast-test-${hint}-${randomBytes(5).toString('hex')}`;
}

/** Call at the top of a test file: at its end, containers that a test left are removed, and the run fails. */
export function failOnLeakedContainers(): void {
  afterAll(async () => {
    const { docker } = labEngine();
    const left = await docker.listContainers({
      all: true,
      filters: { label: [`${runLabel}=${runId}`] },
    });
    await Promise.all(left.map((one) => docker.getContainer(one.Id).remove({ force: true, v: true })));
    if (left.length > 0) {
      throw new Error(`tests left containers behind: ${left.flatMap((one) => one.Names).join(', ')}`);
    }
  });
}
