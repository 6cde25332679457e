import type { Operation, Role, StartBackup, StartDrill } from '@holdfast/contracts';

export interface Repetition {
  readonly path: string;
  readonly body?: StartBackup | StartDrill;
  readonly role: Role;
}

/**
 * How what did not succeed is asked for once more. Of a pass, only the sources that are missing. Undefined: there is
 * nothing to do again, or, as with restores, a person first has to look at what is there now.
 */
export function repetitionOf(operation: Operation): Repetition | undefined {
  const { kind, state, source, items = [], drills = [] } = operation;
  if (state === 'succeeded') return undefined;
  if (kind === 'backup') {
    const missing = items.filter((item) => item.state !== 'succeeded').map((item) => item.source);
    const names = source === undefined ? [...new Set(missing)] : [source];
    if (names.length === 0) return undefined;
    return { path: '/v1/backups', body: { names, all: false }, role: 'operator' };
  }
  if (kind === 'drill') {
    const missing = [
      ...new Set(drills.filter((item) => item.state !== 'succeeded').map((item) => item.source)),
    ];
    const [name, ...others] = source === undefined ? missing : [source];
    if (name === undefined || others.length > 0) return undefined;
    return { path: '/v1/drills', body: { name, snapshot: 'latest' }, role: 'operator' };
  }
  if (kind === 'prune' || kind === 'check') return { path: `/v1/${kind}s`, role: 'admin' };
  return undefined;
}
