import { describe, expect, it } from 'vitest';
import { composeDependencies, composeFiles, isOneOff } from './compose-labels.ts';
import { belongsTo } from './define-environment.ts';
import { fieldsThatDiffer } from './differences.ts';
import { namedLink, namedMode, namedVolumesFrom, namesOf } from './references.ts';
import { overlap } from './survey-networks.ts';

const id = 'ab12'.repeat(16);
const nameOf = namesOf([
  { id, name: 'web' },
  { id: 'f'.repeat(64), name: id.slice(0, 12) },
]);

describe('references to other containers', () => {
  it('are by name, whatever they were by', () => {
    expect(namedMode(`container:${id}`, nameOf)).toBe('container:web');
    expect(namedMode('container:web', nameOf)).toBe('container:web');
    expect(namedMode('host', nameOf)).toBe('host');
    expect(namedVolumesFrom(`${id}:ro`, nameOf)).toBe('web:ro');
    expect(namedLink('/web:/other/alias', nameOf)).toBe('web:alias');
    expect(namedLink(`${id}:alias`, nameOf)).toBe('web:alias');
  });

  it('are kept where nothing is known of the other', () => {
    expect(namedMode(`container:${'0'.repeat(64)}`, nameOf)).toBe(`container:${'0'.repeat(64)}`);
  });

  it('mean a name before the beginning of an id', () => {
    expect(nameOf(id.slice(0, 12))).toBe(id.slice(0, 12));
    expect(nameOf(id.slice(0, 13))).toBe('web');
  });
});

describe('labels of Compose', () => {
  it.each([
    ['db:service_healthy:true,redis:service_started:false', ['db', true], ['redis', false]],
    ['db', ['db', false]],
    ['migrate:service_completed_successfully:false', ['migrate', false]],
    [''],
  ])('say on whom %j depends', (label, ...expected) => {
    const found = composeDependencies({ 'com.docker.compose.depends_on': label });
    expect(found.map(({ service, healthy }) => [service, healthy])).toEqual(expected);
  });

  it('name its files', () => {
    const labels = {
      'com.docker.compose.project.config_files': '/a/compose.yaml,/a/over ride.yaml',
      'com.docker.compose.project.environment_file': '/a/prod.env',
      'com.docker.compose.project.working_dir': '/a',
    };
    expect(composeFiles(labels)).toEqual({
      files: ['/a/compose.yaml', '/a/over ride.yaml', '/a/prod.env'],
      folder: '/a',
    });
    expect(composeFiles({})).toEqual({ files: [], folder: undefined });
  });

  it('tell one-off containers', () => {
    expect(isOneOff({ 'com.docker.compose.oneoff': 'True' })).toBe(true);
    expect(isOneOff({ 'com.docker.compose.oneoff': 'False' })).toBe(false);
  });
});

describe('what belongs to an environment', () => {
  const shop = { environment: 'shop' };
  const project = { 'com.docker.compose.project': 'shop' };

  it.each([
    [true, project],
    [true, { 'holdfast.environment': 'shop' }],
    [true, { 'com.docker.compose.project': 'other', 'holdfast.environment': 'shop' }],
    [true, { ...project, 'holdfast.environment': 'no name at all!' }],
    [false, { ...project, 'holdfast.environment': 'other' }],
    [false, { ...project, 'com.docker.compose.oneoff': 'True' }],
    [false, { ...project, 'holdfast.drill': 'x' }],
    [false, {}],
  ])('%s for %j', (expected, labels) => {
    expect(belongsTo(shop, labels)).toBe(expected);
  });
});

it.each([
  [true, '10.0.0.0/8', '10.1.0.0/16'],
  [true, '10.1.0.0/16', '10.0.0.0/8'],
  [true, '10.1.2.3/24', '10.1.2.0/24'],
  [false, '10.1.0.0/16', '10.2.0.0/16'],
  [true, 'fd00::/8', 'fd12::/64'],
  [false, 'fd00::/64', 'fe80::/64'],
  [false, '10.0.0.0/8', 'fd00::/8'],
  [false, '', '10.0.0.0/8'],
])('overlap is %s for %j and %j', (expected, one, other) => {
  expect(overlap(one, other)).toBe(expected);
});

it('tells what differs in words, and takes nothing for empty', () => {
  expect(
    fieldsThatDiffer({ Env: ['A=1'], Memory: 0, Binds: null }, { Env: ['A=2'], Dns: [], Tmpfs: {} }),
  ).toEqual(['environment']);
  expect(fieldsThatDiffer({ ExposedPorts: { '80/tcp': {} } }, {})).toEqual(['ports']);
  expect(fieldsThatDiffer({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toEqual([]);
});
