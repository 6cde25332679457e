import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TerminalOutput } from '../host.ts';
import { createPalette } from '../output/markup.ts';
import { anOperation } from '../testing/samples.ts';
import { createLiveBlock } from './live-block.ts';

const start = Date.parse('2026-11-22T02:00:00.000Z');
const pass = anOperation();
const part = (source: string, fields = {}) => anOperation({ parentId: pass.id, source, ...fields });

function terminal(rows = 24): { stream: TerminalOutput; takeFrame: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows });
  return { stream, takeFrame: () => String(stream.read() ?? '') };
}

describe('createLiveBlock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: start + 12_000 }));
  afterEach(() => void vi.useRealTimers());

  it('draws a line for each part, and the next frame over the last one', () => {
    const { stream, takeFrame } = terminal();
    const view = createLiveBlock(stream, createPalette(false), { logs: 'problems' });
    view.update(pass);
    view.update(
      part('shop-db', {
        progress: { step: 'dumping', bytesDone: 2048, bytesTotal: 4096, bytesPerSecond: 1024 },
      }),
    );
    view.update(part('blog', { state: 'succeeded', finishedAt: '2026-11-22T02:00:03.000Z' }));
    takeFrame();
    vi.advanceTimersByTime(125);
    const first = takeFrame();
    expect(first).toContain(
      'shop-db  dumping · 2 KiB of 4 KiB · 1 KiB/s · 12.1 s\nblog     succeeded after 3 s\n1 of 2 sources done\n',
    );
    expect(first.startsWith('\u001b[?7l\r\u001b[J')).toBe(true);
    vi.advanceTimersByTime(125);
    expect(takeFrame().startsWith('\u001b[?7l\u001b[3A\r\u001b[J')).toBe(true);
    view.close();
    expect(takeFrame().endsWith('\u001b[?7h\u001b[?25h')).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never draws more lines than the terminal has', () => {
    const { stream, takeFrame } = terminal(10);
    const view = createLiveBlock(stream, createPalette(false), { logs: 'problems' });
    for (let index = 0; index < 30; index++)
      view.update(part(`db-${index}`, index < 15 ? { state: 'succeeded' } : {}));
    takeFrame();
    vi.advanceTimersByTime(125);
    expect(takeFrame().split('\n').length - 1).toBeLessThan(10);
    view.close();
  });

  it('prints log lines above the block, escaped, and only problems unless told otherwise', () => {
    const { stream, takeFrame } = terminal();
    const view = createLiveBlock(stream, createPalette(false), { logs: 'problems' });
    const operation = part('shop-db');
    view.update(operation);
    takeFrame();
    const line = { sequence: 1, time: operation.createdAt, message: 'odd \u001b[2J table' };
    view.log(operation.id, { ...line, level: 'info' });
    expect(takeFrame()).toBe('');
    view.log(operation.id, { ...line, level: 'warn' });
    expect(takeFrame()).toContain('shop-db: odd \\e[2J table\nshop-db  running');
    view.close();
  });
});
