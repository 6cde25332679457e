import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { metricDefinitions } from './metric-definitions.ts';
import { monitoringFolder, promtool } from './testing/promtool.ts';
import { serveShop } from './testing/shop.ts';

const rulesFile = path.join(monitoringFolder, 'prometheus', 'holdfast.rules.yml');
const dashboardFile = path.join(monitoringFolder, 'grafana', 'dashboards', 'holdfast.json');

const dashboardSchema = z.object({
  uid: z.string(),
  panels: z
    .array(
      z.object({
        id: z.number(),
        title: z.string(),
        gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
        targets: z.array(z.object({ expr: z.string() })).min(1),
      }),
    )
    .min(1),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
});

const dashboard = async () => dashboardSchema.parse(JSON.parse(await readFile(dashboardFile, 'utf8')));

/** As Grafana would fill them in. */
const filled = (expression: string) => expression.replaceAll(/\$(environment|source)\b/g, '.*');

const metricsIn = (text: string) => [...new Set(text.match(/\bholdfast_[a-z_]+/g))];

it('gives what promtool finds no fault with', async () => {
  const { scrape } = await serveShop();
  const text = await scrape();
  expect(await promtool(['check', 'metrics'], { stdin: text })).toEqual({ exitCode: 0, said: '' });
});

it('ships rules and a configuration that are valid and do what they say', async () => {
  expect(await promtool(['check', 'rules', 'holdfast.rules.yml'])).toMatchObject({ exitCode: 0 });
  expect(await promtool(['check', 'config', 'prometheus.yml'])).toMatchObject({ exitCode: 0 });
  const tests = ['holdfast.rules.test.yml', 'holdfast.rules.days.test.yml'];
  expect(await promtool(['test', 'rules', ...tests])).toMatchObject({ exitCode: 0 });
});

it('tests every rule that it ships', async () => {
  const names = (await readFile(rulesFile, 'utf8')).match(/(?<=alert: )\w+/g) ?? [];
  const tests = await Promise.all(
    ['holdfast.rules.test.yml', 'holdfast.rules.days.test.yml'].map((name) =>
      readFile(path.join(monitoringFolder, 'prometheus', name), 'utf8'),
    ),
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !tests.join('').includes(name))).toEqual([]);
});

it('ships a dashboard whose expressions Prometheus can read', async () => {
  const { panels } = await dashboard();
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => filled(expr)));
  expect(expressions.filter((expression) => expression.includes('$'))).toEqual([]);
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  const folder = await temporaryFolder();
  // JSON is YAML, too.
  await writeFile(path.join(folder, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  expect(await promtool(['check', 'rules', 'panels.yml'], { folder })).toMatchObject({ exitCode: 0 });
});

it('lays out its panels without overlaps', async () => {
  const { panels } = await dashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

it('names in rules and dashboard only metrics that a serving Holdfast shows, and shows all that it defines', async () => {
  const { scrape } = await serveShop();
  const text = await scrape();
  const shown = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const { panels, templating } = await dashboard();
  const named = metricsIn(
    [
      await readFile(rulesFile, 'utf8'),
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...templating.list.map(({ definition = '' }) => definition),
    ].join('\n'),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !shown.has(name))).toEqual([]);
  const defined = Object.values(metricDefinitions).map(({ name }) => name);
  expect(defined.filter((name) => !shown.has(name))).toEqual([]);
});
