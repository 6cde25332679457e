import { sourceNameSchema } from '@holdfast/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { type DiscoverySettings, describeContainer, matchSources } from './discovery.rules.ts';
import { settleNames } from './names.rules.ts';
import type { FoundSource, StoredSource } from './source.ts';

const everything: DiscoverySettings = { names: [], include: [] };

function describeNamed(
  name: string,
  details: Parameters<typeof fakeContainer>[1] = {},
  settings = everything,
) {
  const container = fakeContainer(name, details);
  return describeContainer({ container, kind: 'postgres', locator: {} }, settings);
}

const compose = (project: string, service: string, number = 1) => ({ compose: { project, service, number } });

describe('describing a container', () => {
  it('takes the Compose project for the environment, and labels before everything', () => {
    expect(describeNamed('shop-db-1', compose('shop', 'db'))).toMatchObject({
      name: 'shop-db-1',
      environment: 'shop',
      reason: undefined,
    });
    const labels = { 'holdfast.name': 'orders', 'holdfast.environment': 'sales' };
    expect(describeNamed('shop-db-1', { ...compose('shop', 'db'), labels })).toMatchObject({
      name: 'orders',
      environment: 'sales',
    });
    expect(describeNamed('alone').environment).toBe('alone');
  });

  it('goes by globs and explicit names, and by the label before both', () => {
    const settings = { names: ['scalr-*-db'], include: ['scalr-auth-postgres'] };
    const reason = (name: string, label?: string) =>
      describeNamed(name, label === undefined ? {} : { labels: { 'holdfast.enable': label } }, settings)
        .reason;
    expect(reason('scalr-shop-db')).toBeUndefined();
    expect(reason('scalr-auth-postgres')).toBeUndefined();
    expect(reason('another')).toContain('HOLDFAST_DISCOVERY_NAMES');
    expect(reason('another', 'true')).toBeUndefined();
    expect(reason('scalr-shop-db', 'False')).toContain('holdfast.enable=false');
  });

  it('says that a container is not running, and what its kind found missing', () => {
    expect(describeNamed('db', { state: 'restarting' }).reason).toContain('restarting');
    const container = fakeContainer('db');
    const recognised = { container, kind: 'postgres', locator: {}, problem: 'POSTGRES_USER is missing' };
    expect(describeContainer(recognised, everything).reason).toBe('POSTGRES_USER is missing');
  });

  it.each(['a b', '-rf', '../../etc', '$(reboot)', 'a\nb', '"', '', '.hidden', 'x'.repeat(200)])(
    'refuses %j as a name, and lists it under one that is safe',
    (name) => {
      for (const found of [
        describeNamed(name),
        describeNamed('fine', { labels: { 'holdfast.name': name } }),
      ]) {
        expect(sourceNameSchema.safeParse(found.name).success).toBe(true);
        expect(found.reason).toContain('cannot name a source');
        expect(found.reason).not.toContain('\n');
      }
    },
  );

  it('never gives a name or environment that is not safe', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (name, label, environment) => {
        const labels = { 'holdfast.name': label, 'holdfast.environment': environment };
        const found = describeNamed(name, { labels, ...compose(name, label) });
        expect(sourceNameSchema.safeParse(found.name).success).toBe(true);
        expect(sourceNameSchema.safeParse(found.environment).success).toBe(true);
      }),
    );
  });
});

describe('matching with the records', () => {
  const record = (id: string, found: FoundSource): StoredSource => ({
    ...found,
    id,
    server: 'local',
    declared: false,
    present: true,
    protected: true,
  });
  /** Those that are not protected once each has its name. */
  const refused = (found: FoundSource[], records = new Map<FoundSource, StoredSource>()) => {
    const settled = settleNames(found, [], records);
    return found.filter((source) => settled.get(source)?.reason !== undefined);
  };
  const ids = (found: FoundSource[], stored: StoredSource[]) => {
    const matches = matchSources(found, stored);
    return found.map((source) => matches.get(source)?.id);
  };

  it('finds a container of a project again that was made anew under another name', () => {
    const before = describeNamed('shop_db_1', compose('shop', 'db'));
    const after = describeNamed('shop-db-1', { ...compose('shop', 'db'), id: 'new' });
    expect(ids([after], [record('a', before)])).toEqual(['a']);
  });

  it('goes by the name without a project, and by the place before the name', () => {
    const alone = describeNamed('db');
    const inProject = describeNamed('web-db-1', compose('web', 'db'));
    // Its neighbour took over its old name.
    const neighbour = describeNamed('db', { ...compose('web', 'db'), id: 'n' });
    expect(ids([alone], [record('a', alone)])).toEqual(['a']);
    expect(ids([neighbour], [record('a', alone), record('b', inProject)])).toEqual(['b']);
  });

  it('uses no record twice, prefers the running one, and keeps kinds apart', () => {
    const stored = record('a', describeNamed('web-db-1', compose('web', 'db')));
    const old = describeNamed('old_web-db-1', { ...compose('web', 'db'), state: 'exited', id: 'o' });
    const fresh = describeNamed('web-db-1', { ...compose('web', 'db'), id: 'f' });
    expect(ids([old, fresh], [stored])).toEqual([undefined, 'a']);
    expect(ids([{ ...fresh, kind: 'redis' }], [stored])).toEqual([undefined]);
  });

  it('names the second of two that want one name', () => {
    const labels = { 'holdfast.name': 'same' };
    const stopped = describeNamed('a', { labels, state: 'exited' });
    const running = describeNamed('b', { labels });
    expect(refused([stopped, running])).toEqual([stopped]);
  });

  it('leaves a name with whoever had it, and gives none to what is left out', () => {
    const labels = { 'holdfast.name': 'same' };
    const newcomer = describeNamed('a', { labels });
    const settled = describeNamed('b', { labels });
    const records = new Map([[settled, record('r', settled)]]);
    expect(refused([newcomer, settled], records)).toEqual([newcomer]);
    const off = describeNamed('0', { labels: { ...labels, 'holdfast.enable': 'false' } });
    expect(refused([off, newcomer])).toEqual([off]);
    expect(settleNames([off, newcomer], [], new Map()).get(off)?.reason).toContain('holdfast.enable=false');
  });
});
