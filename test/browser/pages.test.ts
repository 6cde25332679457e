import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressesOf } from './support/addresses.ts';
import { launchChromium } from './support/chromium.ts';
import { type LivedInApp, openLivedInApp } from './support/lived-in-app.ts';
import { openApp } from './support/open-app.ts';

/**
 * Every page in both themes, on a desktop and on a phone: nothing that keeps somebody out, nothing cut off, nothing
 * that was not meant to be read. `npm run screenshots` keeps the pictures.
 */

const pictures = process.env['HOLDFAST_SCREENSHOTS'];
const themes = ['light', 'dark'] as const;
const screens = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

const browser = launchChromium();
let scene: LivedInApp;
beforeAll(async () => {
  scene = await openLivedInApp(await browser());
});
afterAll(() => scene?.[Symbol.asyncDispose]());

describe.each(themes)('in the %s theme', (theme) => {
  test.each(Object.entries(screens))('every page on a %s', { timeout: 900_000 }, async (screen, viewport) => {
    const page = await scene.app.owner({ viewport, colorScheme: theme });
    const found: string[] = [];
    for (const address of addressesOf(scene)) {
      await page.goto(scene.app.url + address);
      await untilShown(page);
      const problems = [
        ...(await seenProblems(page)),
        ...(screen === 'desktop' ? await axeProblems(page) : []),
      ];
      found.push(...problems.map((problem) => `${address}: ${problem}`));
      await keepPicture(page, `${nameOf(address)}-${theme}-${screen}`);
    }
    expect(found).toEqual([]);
    await page.context().close();
  });

  test('the ways in', async () => {
    await using fresh = await openApp(await browser());
    for (const [name, enter] of [
      ['first-account', () => fresh.visitor({ viewport: screens.desktop, colorScheme: theme })],
      ['sign-in', () => scene.app.visitor({ viewport: screens.desktop, colorScheme: theme })],
    ] as const) {
      const shown = await enter();
      await untilShown(shown);
      await keepPicture(shown, `${name}-${theme}-desktop`);
      expect([...(await seenProblems(shown)), ...(await axeProblems(shown))]).toEqual([]);
    }
  });
});

test('the first load is under 300 kB', async () => {
  await using fresh = await openApp(await browser());
  const page = await fresh.owner();
  await untilShown(page);
  const loaded = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => /\.(js|css)$/.test(name))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  expect(loaded).toBeGreaterThan(50_000);
  expect(loaded).toBeLessThan(300_000);
});

test.each([
  ['/', '/v1/overview'],
  ['/environments', '/v1/environments'],
  ['/sources', '/v1/sources'],
  ['/operations', '/v1/operations'],
])('what %s shows first is asked for once, while its code still comes', async (address, question) => {
  await using fresh = await openApp(await browser());
  const page = await fresh.owner();
  await untilShown(page);
  let times = 0;
  const asked = new Promise<void>((resolve) => {
    page.on('request', (request) => {
      if (new URL(request.url()).pathname !== question) return;
      times += 1;
      resolve();
    });
  });
  await page.route(/-page-[^/]+\.js$/, async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(fresh.url + address, { waitUntil: 'commit' });
  await untilShown(page);
  expect(times).toBe(1);
});

/** A page is there when its title is and nothing of it still loads. */
async function untilShown(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], .mantine-Loader-root, .mantine-Skeleton-root') === null,
  );
  await page.waitForTimeout(200);
}

async function seenProblems(page: Page): Promise<string[]> {
  const { text, cut } = await page.evaluate(() => ({
    text: document.body.innerText,
    cut: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  return [
    ...(/\bundefined\b|\bNaN\b|\[object Object\]|Invalid Date/.exec(text) ?? []).map(
      (word) => `says ${word}`,
    ),
    ...(cut > 0 ? [`is ${cut} pixels too wide`] : []),
  ];
}

async function axeProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${failureSummary} ${html.slice(0, 200)}`),
    );
}

async function keepPicture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

function nameOf(address: string): string {
  const words = address
    .split('/')
    .filter((part) => part !== '' && !/^[0-9a-f-]{36}$/.test(part))
    .map((part) => part.replace(/[^\w.-]+/g, '_'));
  const isOne = /[0-9a-f-]{36}/.test(address);
  return words.length === 0 ? 'overview' : words.join('-') + (isOne ? '-one' : '');
}
