import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../support/backup-report.ts';
import { preflightOf, putBackEnvironment } from '../support/environment-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { type ShopContent, type ShopProject, startShop } from '../support/shop-project.ts';
import { until } from '../support/until.ts';

/** Each order has its file, whole: the invariant that the page keeps. */
function expectEachOrderItsFile({ orders, files }: ShopContent): void {
  expect(orders.length).toBeGreaterThan(0);
  for (const order of orders) {
    const [id, file = '', sum] = order.split(' ');
    expect(files[file], `the file of order ${id}`).toBe(sum);
  }
}

describe('a project of several services', () => {
  let shop: ShopProject;
  let holdfast: Holdfast;
  let labels: unknown;

  beforeAll(async () => {
    shop = await startShop();
    holdfast = await freshHoldfast(`${shop.name}*`);
    await shop.untilHealthy();
    await until(
      'some orders were written',
      async () => Number(await shop.sql('SELECT count(*) FROM orders')) > 20,
    );
    labels = await shop.labels();
    const report = await backUp(holdfast, shop.environment);
    expect(report, JSON.stringify(report)).toMatchObject({ exitCode: 0, state: 'succeeded' });
  });
  afterAll(async () => {
    await holdfast?.[Symbol.asyncDispose]();
    await shop?.[Symbol.asyncDispose]();
  });

  test('comes back whole after everything of it was removed', async () => {
    await shop.destroy();
    const preflight = await preflightOf(holdfast, shop.environment);
    expect(preflight).toMatchObject({ exitCode: 0, problems: [], environment: shop.environment });
    expect(preflight.containers.map(({ action }) => action)).toEqual(Array.from({ length: 5 }, () => 'make'));
    const report = await putBackEnvironment(holdfast, shop.environment, '--yes');
    expect(report.error, report.told).toBeUndefined();
    expect(report).toMatchObject({ exitCode: 0, state: 'succeeded', skipped: [] });
    await shop.untilHealthy();
    expect(await shop.states()).toEqual({
      [shop.names.cache]: true,
      [shop.names.crm]: true,
      [shop.names.db]: true,
      [shop.names.job]: false,
      [shop.names.web]: true,
    });
    expect(await shop.labels()).toEqual(labels);
    await shop.quiet();
    const content = await shop.content();
    expectEachOrderItsFile(content);
    expect(content.settings).toHaveLength(3);
    expect(content).toMatchObject({ customers: '1\tKäufer 🙂', visits: 'today\n12\nyesterday\n7' });
    expect(report.members?.map(({ source }) => source)).toHaveLength(6);
    for (const { verified } of report.members ?? []) expect(Object.keys(verified)).not.toEqual([]);
  });
});
