import { describe, expect, it } from 'vitest';
import { aPoint } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const complete = aPoint();
const partial = aPoint({
  state: 'partial',
  definition: { ...complete.definition, snapshotId: undefined, error: 'It is broken.' },
});
const routes = { 'GET /v1/recovery-points': { body: { items: [partial, complete] } } };

describe('holdfast points', () => {
  it('prints what is stored of each, and what is missing', async () => {
    const run = await runCommand(['points', 'shop'], { routes });
    expect(run.received[0]?.path).toBe('/v1/recovery-points?environment=shop');
    const [, first = '', second = ''] = run.stdout.split('\n');
    expect(first).toMatch(
      new RegExp(`^${partial.id.slice(0, 13)} +shop .* partial +2 +disk +shop.environment$`),
    );
    expect(second).toMatch(new RegExp(`^${complete.id.slice(0, 13)} +shop .* complete +3 +disk$`));
  });

  it('prints them whole for programs', async () => {
    const run = await runCommand(['points', '--json'], { routes });
    expect(JSON.parse(run.stdout)).toEqual(JSON.parse(JSON.stringify([partial, complete])));
    expect(run.received[0]?.path).toBe('/v1/recovery-points');
  });

  it('says how to make one', async () => {
    const run = await runCommand(['points', 'shop'], {
      routes: { 'GET /v1/recovery-points': { body: { items: [] } } },
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('holdfast backup shop') });
  });
});
