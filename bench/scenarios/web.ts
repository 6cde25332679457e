import { spawn } from 'node:child_process';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { program } from '../holdfast.ts';
import type { Figure } from '../report.ts';
import { largeSeed, seed } from '../seed.ts';
import { type Options, withFolder } from '../workspace.ts';

/** Of the page, not of Node. */
declare function requestAnimationFrame(next: (now: number) => void): number;
declare const document: { querySelectorAll(selector: string): { readonly length: number } };

const scenario = 'web (10,000 sources, 100,000 operations)';
/** First rows at once, and no frame so late that scrolling is seen to stop. */
const targets = { firstRows: 1_000, frame: 50 };
/** Each operation is a row of its own; snapshots are not looked at here. */
const size = { ...largeSeed, snapshotsPerSource: 1, partsPerPass: 0 };
const scrolls = 120;

/** The longest lists in a browser: how long until there are rows, and how late frames come while somebody scrolls. */
export async function measureWeb(options: Options): Promise<Figure[]> {
  const executablePath = process.env['HOLDFAST_LAB_CHROMIUM'];
  if (executablePath === undefined)
    throw new Error('HOLDFAST_LAB_CHROMIUM is not set: run this by "npm run bench".');
  return withFolder(async (folder) => {
    await seed(folder, size);
    const server = spawn(program, ['serve', '--data-dir', folder, '--port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // No engine that would say that what was seeded is gone.
      env: { ...process.env, DOCKER_HOST: `unix://${path.join(folder, 'no-engine.sock')}` },
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const { url, code } = await whereItListens(server.stderr);
      const context = await browser.newContext();
      const person = { name: 'Bench', email: 'bench@example.com', password: 'a long enough password' };
      const headers = { origin: url };
      const made = await context.request.post(`${url}/v1/setup`, { data: { code, ...person }, headers });
      if (!made.ok()) throw new Error(`The account could not be made: ${await made.text()}`);
      const page = await context.newPage();
      const figures: Figure[] = [];
      for (const [list, address] of [
        ['sources', '/sources'],
        ['operations', '/operations'],
      ] as const) {
        const rows = await untilRows(page, url + address);
        const frames = await framesWhileScrolling(page);
        const note = (name: string, value: number, target?: number) => {
          options.log(`${name}: ${value.toFixed(0)} milliseconds`);
          figures.push({
            scenario,
            name,
            value,
            unit: 'milliseconds',
            ...(target === undefined ? {} : { target }),
          });
        };
        note(`${list}: first rows`, rows, targets.firstRows);
        note(
          `${list}: frame while scrolling, p95`,
          frames[Math.floor(frames.length * 0.95)] ?? Number.NaN,
          targets.frame,
        );
        note(`${list}: frame while scrolling, longest`, frames.at(-1) ?? Number.NaN);
      }
      return figures;
    } finally {
      await browser.close();
      server.kill('SIGTERM');
      await ended;
    }
  });
}

/** From what it says when it starts. What it says later is read, too: a full pipe would hold it up. */
function whereItListens(stderr: NodeJS.ReadableStream): Promise<{ url: string; code: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /Holdfast listens on (http:[^\s"]+)/.exec(said)?.[1];
      const code = /code to set Holdfast up with: ([^\s"]+)/.exec(said)?.[1];
      if (url !== undefined && code !== undefined) resolve({ url, code });
    });
    stderr.once('end', () => reject(new Error(`The server did not start: ${said}`)));
  });
}

/**
 * From a cold page to the first frame with rows in it, the second time: the first one fills the browser's cache. Noted
 * by the page itself; from outside it is looked at every half second only.
 * @returns milliseconds
 */
async function untilRows(page: Page, address: string): Promise<number> {
  let took = Number.NaN;
  for (let round = 0; round < 2; round += 1) {
    await page.goto('about:blank');
    await page.goto(address, { waitUntil: 'commit' });
    const seen = await page.waitForFunction(
      () => (document.querySelectorAll('[role=row]').length > 1 ? performance.now() : undefined),
      undefined,
      { polling: 'raf' },
    );
    took = (await seen.jsonValue()) ?? Number.NaN;
  }
  return took;
}

/** @returns how long each frame took, in milliseconds, in order of length */
async function framesWhileScrolling(page: Page): Promise<number[]> {
  await page.mouse.move(640, 500);
  const frames = page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const taken: number[] = [];
        let last = performance.now();
        const end = last + ms;
        const next = (now: number) => {
          taken.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(next);
          else resolve(taken);
        };
        requestAnimationFrame(next);
      }),
    scrolls * 50,
  );
  for (let count = 0; count < scrolls; count += 1) {
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(40);
  }
  return (await frames).toSorted((a, b) => a - b);
}
