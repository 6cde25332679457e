import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { metricDefinitions } from './metric-definitions.ts';

const guide = path.join(import.meta.dirname, '../../../..', 'docs', 'guides', 'monitoring.md');

it('lists every metric in the guide as it is, and no other', () => {
  const listed = readFileSync(guide, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `holdfast_'));
  const expected = Object.values(metricDefinitions).map(
    ({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`,
  );
  expect(listed).toEqual(expected);
});
