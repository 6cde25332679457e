import type { DefinitionSurvey } from '@holdfast/docker';
import { describe, expect, it } from 'vitest';
import { composePreflight, type PreflightFacts } from './preflight.rules.ts';

const survey: DefinitionSurvey = {
  containers: [
    { name: 'web', state: 'missing', running: false, differences: [], orphaned: false },
    { name: 'database', state: 'differs', running: true, differences: ['image'], id: 'x', orphaned: false },
  ],
  networks: [],
  volumes: [{ name: 'uploads', state: 'missing', external: false, differences: [] }],
  images: [],
  ports: [],
  files: [],
  problems: [],
  notes: ['The container database was changed since and is left as it is (image).'],
};

function facts(changes: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    environment: 'shop',
    point: {
      id: '0197a1b2-0000-7000-8000-000000000001',
      time: '2026-11-22T02:00:00.000Z',
      state: 'complete',
      destination: 'local',
    },
    definition: { containers: [], warnings: [] },
    survey,
    plan: { members: [], databases: ['database'], stop: [], start: ['database', 'web'] },
    present: [
      { name: 'database', running: true },
      { name: 'newcomer', running: false },
    ],
    members: [],
    strangers: [],
    problems: [],
    warnings: [],
    ...changes,
  };
}

const aMember = {
  sourceId: '0197a1b2-0000-7000-8000-000000000002',
  source: 'database',
  kind: 'postgres',
  replaces: [],
  versions: [],
};

describe('the preflight of an environment', () => {
  it('says what becomes of each thing', () => {
    const preflight = composePreflight(facts());
    expect(preflight.containers).toMatchObject([
      { name: 'web', action: 'make', starts: true },
      { name: 'database', action: 'keep', running: true, differences: ['image'] },
      { name: 'newcomer', action: 'keep', starts: false },
    ]);
    expect(preflight.volumes).toEqual([{ name: 'uploads', action: 'make' }]);
    expect(preflight.problems).toEqual([]);
    expect(preflight.warnings).toContain(survey.notes[0]);
  });

  it('warns of members that are missing, of other versions, and of strangers on its volumes', () => {
    const { warnings } = composePreflight(
      facts({
        members: [
          { ...aMember, missing: 'The container is not running.' },
          {
            ...aMember,
            source: 'cache',
            snapshotId: aMember.sourceId,
            versions: [{ name: 'redis', backedUp: '7.0', now: '7.2' }],
          },
        ],
        strangers: [{ container: 'reader', volume: 'uploads' }],
      }),
    );
    expect(warnings.join('\n')).toMatch(
      /database is not in the recovery point and stays as it is\. The container/,
    );
    expect(warnings.join('\n')).toContain('cache was backed up with redis 7.0; now there is 7.2.');
    expect(warnings.join('\n')).toContain(
      'reader, which is not of this environment, uses the volume uploads',
    );
  });

  it('is blocked by what the engine lacks, by too little space, and by Holdfast being part of it', () => {
    const { problems } = composePreflight(
      facts({
        survey: { ...survey, problems: [{ code: 'image-missing', detail: 'The image x is not here.' }] },
        members: [{ ...aMember, snapshotId: aMember.sourceId, bytes: 1000 }],
        space: { path: '/var/lib/docker', freeBytes: 999 },
        ownContainer: 'holdfast',
        otherRestore: 'an-operation',
      }),
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'image-missing',
      'restore-blocked',
      'restore-blocked',
      'restore-space',
    ]);
  });
});
