import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';

/** Debian's, which the lab installs; another one where the variable says so. */
const executablePath = process.env['HOLDFAST_CHROMIUM'] ?? '/usr/bin/chromium';

/** Chromium, one for each file of tests: what tests keep apart are its contexts. */
export function launchChromium(): () => Promise<Browser> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return () => (browser ??= startChromium());
}

/** Nothing of it looks for other hosts than the one that it is sent to. */
export function startChromium(): Promise<Browser> {
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
