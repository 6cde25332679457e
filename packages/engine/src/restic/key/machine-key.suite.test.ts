import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { openDestination } from '@holdfast/destinations';
import { Secret } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Repository } from '../../engine.ts';
import { openResticLab, type ResticLab } from '../../testing/restic-lab.ts';
import { createResticEngine } from '../restic-engine.ts';
import { addMachineKey, type KeyPlace } from './machine-key.ts';
import { generateMachinePassword, type MachinePassword } from './machine-password.ts';

let lab: ResticLab;
let team: Repository;
let machine: Repository;
let password: MachinePassword;
let place: KeyPlace;
let keyId = '';
const owner = { username: 'holdfast', hostname: 'agent-1', created: new Date('2026-03-04T05:06:07.089Z') };

beforeAll(async () => {
  lab = await openResticLab();
  team = lab.repository('restic/app');
  await createResticEngine({ cacheDirectory: lab.cacheDirectory }).initialise(team);
  const objects = openDestination('local', { path: lab.folder }).objects();
  place = { objects, keyPrefix: 'restic/app/keys/' };
  password = generateMachinePassword();
  keyId = await addMachineKey(place, team.password, password, owner);
  machine = { ...team, password, keyHint: keyId };
});
afterAll(() => lab.close());

/** The middle one of some runs, in milliseconds. */
async function medianTime(repository: Repository, ...command: string[]): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) times.push((await lab.restic(repository, ...command)).milliseconds);
  return times.sort((a, b) => a - b)[2] ?? Number.NaN;
}

describe('a machine key, as stock restic sees it', () => {
  test('both passwords open the repository, and each says which key it is', async () => {
    for (const [repository, id] of [
      [team, undefined],
      [machine, keyId],
      [{ ...team, password }, keyId],
    ] as const) {
      const { exitCode, stdout } = await lab.restic(repository, 'key', 'list', '--json');
      expect(exitCode).toBe(0);
      const keys: { id: string; current: boolean; userName: string; hostName: string; created: string }[] =
        JSON.parse(stdout);
      expect(keys).toHaveLength(2);
      const added = keys.find((key) => key.id === keyId);
      expect(added).toMatchObject({
        userName: 'holdfast',
        hostName: 'agent-1',
        created: '2026-03-04 05:06:07',
      });
      expect(added?.current).toBe(id === keyId);
    }
  });

  test('what one writes, the other reads, and the repository is whole', async () => {
    const engine = createResticEngine({ cacheDirectory: lab.cacheDirectory });
    const { resticId } = await engine.backupStream(machine, {
      path: '/a.dump',
      tags: ['t'],
      time: new Date(),
      produce: async (sink) => void sink.writable().end('by the machine'),
    });
    expect((await lab.content(team, resticId, '/a.dump')).toString()).toBe('by the machine');
    for (const repository of [team, machine]) {
      expect(await lab.restic(repository, 'check', '--read-data')).toMatchObject({ exitCode: 0 });
    }
  });

  test('a wrong password opens neither key', async () => {
    const wrong = { ...machine, password: generateMachinePassword() };
    expect((await lab.restic(wrong, 'snapshots')).exitCode).toBe(12);
  });

  test('the team password goes on working when the machine key is removed', async () => {
    const second = await addMachineKey(place, team.password, generateMachinePassword(), owner);
    expect((await lab.restic(team, 'key', 'remove', second)).exitCode).toBe(0);
    expect((await lab.restic(team, 'snapshots')).exitCode).toBe(0);
    expect((await lab.restic(machine, 'snapshots')).exitCode).toBe(0);
  });

  test('commands with it are cheaper', async () => {
    const withTeam = await medianTime(team, 'snapshots', '--no-lock');
    const withMachine = await medianTime(machine, 'snapshots', '--no-lock');
    const withoutHint = await medianTime({ ...team, password }, 'snapshots', '--no-lock');
    console.log(
      `restic snapshots: team key ${withTeam.toFixed(0)} ms, machine key ${withMachine.toFixed(0)} ms, ` +
        `without its id as the hint ${withoutHint.toFixed(0)} ms`,
    );
    expect(withMachine).toBeLessThan(withTeam * 0.7);
  });
});

describe('adding a machine key', () => {
  test('the key file names itself by its hash and holds nothing in the clear', async () => {
    const names = await readdir(path.join(team.access.location, 'keys'));
    expect(names).toContain(keyId);
    const content = await readFile(path.join(team.access.location, 'keys', keyId), 'utf8');
    expect(content).not.toContain(password.reveal());
    expect(Object.keys(JSON.parse(content)).sort()).toEqual(
      ['N', 'created', 'data', 'hostname', 'kdf', 'p', 'r', 'salt', 'username'].sort(),
    );
  });

  test('a wrong team password adds nothing', async () => {
    const before = await readdir(path.join(team.access.location, 'keys'));
    await expect(addMachineKey(place, new Secret('wrong'), password, owner)).rejects.toMatchObject({
      code: 'repository-password-wrong',
    });
    expect(await readdir(path.join(team.access.location, 'keys'))).toEqual(before);
  });

  test('a place without a repository gets no key', async () => {
    await expect(
      addMachineKey({ ...place, keyPrefix: 'restic/none/keys/' }, team.password, password, owner),
    ).rejects.toMatchObject({ code: 'repository-missing' });
  });
});
