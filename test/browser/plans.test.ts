import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { type OpenApp, openApp } from './support/open-app.ts';

const browser = launchChromium();

/** A folder that is declared as a source. */
async function declareFolder(app: OpenApp, name: string, environment: string): Promise<void> {
  const folder = path.join(app.holdfast.dataDirectory, 'sources-of-the-test', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'a-file'), `content of ${name}`);
  await app.client.declareSource({ kind: 'directory', path: folder, name, environment });
}

async function type(page: Page, label: string, ...names: string[]): Promise<void> {
  const input = page.getByRole('combobox', { name: label, exact: true });
  for (const name of names) {
    await input.fill(name);
    await input.press('Enter');
  }
}

test('a plan is made with a preset in a zone, and the next runs are seen before it is saved', async () => {
  await using app = await openApp(await browser());
  await declareFolder(app, 'photos', 'home');
  await declareFolder(app, 'letters', 'office');
  const page = await app.owner({ timezoneId: 'America/New_York' });
  await page.getByRole('link', { name: 'Plans' }).click();
  await page.getByRole('link', { name: 'New plan' }).click();

  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('office-weekly');
  await page.getByLabel('How often').selectOption('Every week');
  await page.getByLabel('Day', { exact: true }).selectOption('Wednesday');
  await page.getByLabel('Hour', { exact: true }).selectOption('02');
  await page.getByLabel('Minute', { exact: true }).selectOption('30');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  const { runs } = await app.client.previewPlan({
    schedule: { preset: 'weekly', day: 'wednesday', hour: 2, minute: 30 },
    timeZone: 'Europe/Berlin',
  });
  const shown = page.getByRole('table', { name: 'Next runs' });
  await shown.getByRole('cell', { name: runs[0]?.local }).waitFor();
  await page.getByText('At 02:30, only on Wednesday').waitFor();
  expect(await shown.getByRole('row').count()).toBe(runs.length + 1);
  for (const { local } of runs) await shown.getByRole('cell', { name: local }).waitFor();
  await shown.getByRole('columnheader', { name: 'Here (America/New_York)' }).waitFor();

  // What is typed counts before it is entered.
  const caught = page.getByRole('table', { name: 'Sources caught now' });
  await page.getByRole('combobox', { name: 'Environments', exact: true }).fill('off*');
  await caught.getByRole('cell', { name: 'letters' }).waitFor();
  expect(await caught.getByRole('cell', { name: 'photos' }).count()).toBe(0);
  await page.getByLabel('Weeks', { exact: true }).fill('9');
  expect((await app.client.plans()).map(({ name }) => name)).toEqual(['default']);

  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.getByRole('link', { name: 'office-weekly' }).waitFor();
  expect(await app.client.plan('office-weekly')).toMatchObject({
    schedule: { preset: 'weekly', day: 'wednesday', hour: 2, minute: 30 },
    timeZone: 'Europe/Berlin',
    selector: { everything: false, environments: ['off*'], sources: [] },
    retention: { recentHours: 24, daily: 30, weekly: 9, monthly: 6 },
    enabled: true,
  });
});

test('a plan is edited: what is wrong is said beside its field and not stored; it is paused, run and removed', async () => {
  await using app = await openApp(await browser());
  await declareFolder(app, 'photos', 'home');
  await declareFolder(app, 'letters', 'office');
  const { id } = await app.client.addPlan({ name: 'mine', selector: { sources: ['photos'] } });
  const page = await app.owner();
  await page.goto(`${app.url}/plans/${id}`);

  await page.getByLabel('How often').selectOption('Custom (cron)');
  const cron = page.getByLabel('Cron expression');
  expect(await cron.inputValue()).toBe('0 2 * * *');
  await cron.fill('0 25 * * *');
  await page.getByText('"0 25 * * *" is no cron expression').first().waitFor();
  expect(await cron.getAttribute('aria-invalid')).toBe('true');
  await page.getByRole('button', { name: 'Save the changes' }).click();
  await page.getByRole('alert').getByText('schedule-invalid').waitFor();
  expect(await app.client.plan('mine')).toMatchObject({ schedule: { preset: 'daily' } });

  await cron.fill('*/20 6-18 * * 1-5');
  await page.getByText('Every 20 minutes').waitFor();
  await type(page, 'Sources', 'lett*');
  await page
    .getByRole('table', { name: 'Sources caught now' })
    .getByRole('cell', { name: 'letters' })
    .waitFor();
  await page.getByRole('button', { name: 'Save the changes' }).click();
  await page.getByRole('link', { name: 'New plan' }).waitFor();
  expect(await app.client.plan('mine')).toMatchObject({
    schedule: { preset: 'custom', cron: '*/20 6-18 * * 1-5' },
    selector: { sources: ['photos', 'lett*'] },
  });

  await page.getByRole('link', { name: 'mine' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  expect(await app.client.plan('mine')).toMatchObject({ enabled: false });
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByText('2 of 2 done').waitFor();
  const made = await app.client.snapshots();
  expect(made.map(({ source }) => source).toSorted()).toEqual(['letters', 'photos']);

  await page.goto(`${app.url}/plans/${id}`);
  await page.getByRole('button', { name: 'Remove' }).click();
  const remove = page.getByRole('button', { name: 'Remove the plan' });
  await page.getByRole('textbox', { name: 'Type mine to confirm' }).fill('min');
  expect(await remove.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'Type mine to confirm' }).fill('mine');
  await remove.click();
  await page.getByRole('link', { name: 'New plan' }).waitFor();
  expect((await app.client.plans()).map(({ name }) => name)).toEqual(['default']);
  expect(await app.client.snapshots()).toHaveLength(2);
});

test('a viewer sees what a plan does, and nothing that would change it', async () => {
  await using app = await openApp(await browser());
  await declareFolder(app, 'photos', 'home');
  const { id } = await app.client.addPlan({ name: 'mine', selector: { sources: ['photos'] } });
  const page = await app.member('viewer');
  await page.goto(`${app.url}/plans`);
  await page.getByRole('link', { name: 'mine' }).waitFor();
  expect(await page.getByRole('link', { name: 'New plan' }).count()).toBe(0);
  await page.goto(`${app.url}/plans/${id}`);
  await page.getByRole('cell', { name: 'photos' }).waitFor();
  await page.getByRole('table', { name: 'Next runs' }).waitFor();
  expect(await page.locator('main').getByRole('button').count()).toBe(0);
  await page.goto(`${app.url}/plans/new`);
  await page.getByText('Your role does not allow this').waitFor();
});
