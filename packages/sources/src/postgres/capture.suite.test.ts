import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataPaths } from '@holdfast/docker';
import { silentReporter } from '@holdfast/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaptureContext, CaptureFacts } from '../source.ts';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { capturePostgres } from './capture.ts';

failOnLeakedContainers();
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

export function contextFor(server: PostgresContainer, more: Partial<CaptureContext> = {}): CaptureContext {
  return {
    docker: server.host,
    dataPath: 'auto',
    operationId: randomUUID(),
    reporter: silentReporter,
    signal: new AbortController().signal,
    ...more,
  };
}

const locatorOf = (server: PostgresContainer) => ({ container: { id: server.id, name: server.name } });

describe.each(dataPaths)('by %s', (dataPath) => {
  it('works', async () => {
    await using server = await startPostgres({ version: '17' });
    await server.sql('CREATE DATABASE app');
    await server.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS n', 'app');
    const capture = await capturePostgres(locatorOf(server), contextFor(server, { dataPath }));
    const files: string[] = [];
    try {
      for (const part of capture.parts) {
        if (part.type !== 'stream') throw new Error('not a stream');
        const file = path.join(folder, randomUUID());
        files.push(file);
        const descriptor = openSync(file, 'w');
        const t = Date.now();
        await part.produce({
          descriptor,
          writable: () => {
            throw new Error('unused');
          },
          signal: new AbortController().signal,
        });
        console.log(part.path, readFileSync(file).length, Date.now() - t);
        closeSync(descriptor);
      }
      const facts: CaptureFacts = await capture.facts();
      console.log(JSON.stringify(facts, null, 1).slice(0, 1500));
    } finally {
      await capture.close();
    }
  });
});
