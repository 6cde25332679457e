import { type LabContainer, startLabContainer } from '@holdfast/docker/testing';
import { testRunLabels } from './leaked-containers.ts';

/** Ends at once when it is told to, as well-behaved applications do. */
const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** A container that has volumes or folders mounted and does nothing, until the end of the `await using` block. */
export function startVolumeUser(
  binds: readonly string[],
  options: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> } = {},
): Promise<LabContainer> {
  return startLabContainer({
    Image: 'holdfast-lab/base:bookworm',
    ...(options.name === undefined ? {} : { name: options.name }),
    Cmd: idle,
    Labels: { ...options.labels, ...testRunLabels },
    HostConfig: { Binds: [...binds] },
  });
}
