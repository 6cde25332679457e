import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';

/** Chromium, one for each file of tests: what keeps tests apart are its contexts. */
export function launchChromium(): () => Promise<Browser> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return () => (browser ??= startChromium());
}

/** Nothing of it looks for other hosts than the one that it is sent to. */
export function startChromium(): Promise<Browser> {
  const executablePath = process.env['HOLDFAST_LAB_CHROMIUM'];
  if (!executablePath) throw new Error('HOLDFAST_LAB_CHROMIUM is not set: run the tests by "npm test".');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
