import { readFile, readlink } from 'node:fs/promises';
import { z } from 'zod';

/** What the kernel of this host says of a process, as far as entering its namespaces needs it. */
export interface HostProcess {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly effectiveCapabilities: bigint;
  readonly userNamespace: string;
  /** Text in which the id of its container appears when it runs in one. */
  readonly membership: string;
}

const statusSchema = z.object({
  Uid: z.string(),
  Gid: z.string(),
  CapEff: z.string(),
});

/** @returns undefined when there is no such process, or this one may not look at it */
export async function readHostProcess(pid: number | 'self'): Promise<HostProcess | undefined> {
  const folder = `/proc/${pid}`;
  try {
    const [status, userNamespace, cgroup, mounts] = await Promise.all([
      readFile(`${folder}/status`, 'utf8'),
      readlink(`${folder}/ns/user`),
      readFile(`${folder}/cgroup`, 'utf8'),
      readFile(`${folder}/mountinfo`, 'utf8'),
    ]);
    const fields = statusSchema.parse(
      Object.fromEntries(
        status.split('\n').map((line) => {
          const split = line.indexOf(':');
          return [line.slice(0, split), line.slice(split + 1).trim()];
        }),
      ),
    );
    // The second number is the effective id.
    const effective = (ids: string) => Number(ids.split(/\s+/)[1]);
    return {
      pid: pid === 'self' ? process.pid : pid,
      uid: effective(fields.Uid),
      gid: effective(fields.Gid),
      effectiveCapabilities: BigInt(`0x${fields.CapEff}`),
      userNamespace,
      membership: cgroup + mounts,
    };
  } catch {
    return undefined;
  }
}
