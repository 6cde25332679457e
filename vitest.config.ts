import { defineConfig } from 'vitest/config';

/**
 * Four projects by what they need: `unit` needs nothing but Node, `suites` needs real servers and restic,
 * `end-to-end` drives the whole program, `browser` the web app in Chromium. `scripts/test` prepares what the last three need.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'test/unit/**/*.test.ts'],
          exclude: ['**/*.suite.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'suites',
          include: ['packages/**/*.suite.test.ts', 'apps/**/*.suite.test.ts'],
          // Real servers on a busy machine: one more try, and the report says that it took one.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // They wait for servers most of the time; each has servers of its own.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/recovery/**/*.test.ts'],
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
