/**
 * Loaded into a server before itself (`node --import`): writes the longest stall of its event loop to the file that
 * HOLDFAST_BENCH_STALLS names, in milliseconds, whenever SIGUSR2 comes, and begins anew. In JavaScript: the memory of
 * what strips types, which the server runs without, would be counted as the server's.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['HOLDFAST_BENCH_STALLS'];
const resolution = 10;

if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  process.on('SIGUSR2', () => {
    // What is measured is the time between two looks: a loop that never stalls shows the resolution.
    writeFileSync(file, String(Math.max(0, delay.max / 1e6 - resolution)));
    delay.reset();
  });
}
