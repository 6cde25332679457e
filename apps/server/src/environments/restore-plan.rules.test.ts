import type { DefinedContainer } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { isAllMade, type PlannedMember, planRestore } from './restore-plan.rules.ts';

function container(name: string, options: Partial<DefinedContainer> = {}): DefinedContainer {
  return {
    name,
    running: true,
    image: 'an-image',
    imageId: 'sha256:1',
    imageDigests: [],
    dependsOn: [],
    create: {},
    networks: {},
    ...options,
  };
}

function member(source: string, options: Partial<PlannedMember> = {}): PlannedMember {
  return { sourceId: source, source, kind: 'any', snapshotId: source, counts: 'rows', ...options };
}

const needs = (...names: string[]) => names.map((name) => ({ container: name, healthy: true }));
const shop = {
  containers: [
    container('web', { dependsOn: needs('database', 'cache') }),
    container('cache'),
    container('database'),
    container('job', { running: false }),
  ],
};
const running = (...names: string[]) => names.map((name) => ({ name, running: true }));

describe('what a restore of an environment stops and starts', () => {
  it('stops dependants first, and leaves the servers that take the data running', () => {
    const plan = planRestore(shop, running('web', 'cache', 'database'), [
      member('database', { container: 'database' }),
    ]);
    expect(plan.databases).toEqual(['database']);
    expect(plan.stop).toEqual(['web', 'cache']);
    expect(plan.start).toEqual(['cache', 'database', 'web']);
  });

  it('starts what ran at backup time even if it is gone now, and leaves stopped what did not run either time', () => {
    const plan = planRestore(shop, [{ name: 'job', running: false }], []);
    expect(plan.stop).toEqual([]);
    expect(plan.start).toEqual(['cache', 'database', 'web']);
  });

  it('starts again what runs now and did not run at backup time', () => {
    const plan = planRestore(shop, running('job'), []);
    expect(plan.stop).toEqual(['job']);
    expect(plan.start).toContain('job');
  });

  it('stops first and starts last what the definition does not know', () => {
    const plan = planRestore(shop, running('newcomer', 'web'), []);
    expect(plan.stop).toEqual(['newcomer', 'web']);
    expect(plan.start.at(-1)).toBe('newcomer');
  });

  it('puts back folders before the files in them, and databases last', () => {
    const plan = planRestore(
      shop,
      [],
      [
        member('database', { container: 'database' }),
        member('settings.db', { volume: 'uploads' }),
        member('uploads', { volume: 'uploads', counts: 'files' }),
      ],
    );
    expect(plan.members.map(({ source }) => source)).toEqual(['uploads', 'settings.db', 'database']);
  });
});

describe('whether there is a state before', () => {
  const made = { containers: ['database'], volumes: ['uploads', 'data'] };

  it('there is none of a volume that was made', () => {
    expect(isAllMade(member('uploads', { volume: 'uploads' }), made, () => [])).toBe(true);
    expect(isAllMade(member('other', { volume: 'other' }), made, () => [])).toBe(false);
    expect(isAllMade(member('folder'), made, () => [])).toBe(false);
  });

  it('there is one of a database whose container was made on a volume that existed', () => {
    const database = member('database', { container: 'database' });
    expect(isAllMade(database, made, () => ['data'])).toBe(true);
    expect(isAllMade(database, made, () => ['data', 'older'])).toBe(false);
    expect(isAllMade(member('cache', { container: 'cache' }), made, () => [])).toBe(false);
  });
});
