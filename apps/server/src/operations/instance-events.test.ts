import { get } from 'node:http';
import { instanceEventSchema } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { createWorld } from '../openapi/testing/world.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { InstanceEvents } from './instance-events.ts';
import { createOperationsStore } from './operations.store.ts';
import { Running } from './running.ts';

const readers = 200;

it('tells 200 readers of the same change, at the memory of a few, and lets go of those that leave', async () => {
  const { server, api, ended } = await createWorld();
  const texts: string[] = [];
  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const index = texts.push('') - 1;
      get(
        `${server.url}/v1/events`,
        { agent: false, headers: { authorization: `Bearer ${server.token}` } },
        (response) => {
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            texts[index] += chunk;
            resolve(() => response.destroy());
          });
          // To be cut off is how these end.
          response.on('error', () => {});
        },
      ).on('error', reject);
    });
  const before = process.memoryUsage().heapUsed;
  const leave = await Promise.all(Array.from({ length: readers }, open));
  const { id } = await ended(await api('POST', '/v1/backups', { names: ['db'] }));
  await expect
    .poll(() => texts.filter((text) => text.includes(`"${id}"`) && text.includes('succeeded')).length, {
      timeout: 20_000,
    })
    .toBe(readers);
  // Client and server of all of them are in this process.
  expect((process.memoryUsage().heapUsed - before) / readers).toBeLessThan(500_000);
  const events = (texts[0] ?? '').split('\n').filter((line) => line.startsWith('data: '));
  const [first, ...rest] = events.map((line) =>
    instanceEventSchema.parse(JSON.parse(line.slice('data: '.length))),
  );
  expect(first?.type).toBe('operations');
  expect(rest.every(({ type }) => type === 'operation')).toBe(true);
  for (const end of leave) end();
});

async function quiet() {
  const { database } = await temporaryDatabase();
  const store = createOperationsStore(database);
  const events = new InstanceEvents({ store, running: new Running(), lookMs: 10 });
  const insert = (count: number, from = 0) =>
    store.insert(
      Array.from({ length: count }, (_, number) => ({
        id: `00000000-0000-7000-8000-${String(from + number).padStart(12, '0')}`,
        operation: { kind: 'check', role: 'part', params: {} } as const,
      })),
      '2026-11-22T10:00:00.000Z',
    );
  return { events, insert };
}

it('looks at nothing while nobody reads, and forgets a reader that goes', async () => {
  const { events } = await quiet();
  const gone = new AbortController();
  const reading = events.follow(gone.signal);
  await reading.next();
  expect(events.readers).toBe(1);
  const next = reading.next();
  gone.abort();
  expect(await next).toMatchObject({ done: true });
  expect(events.readers).toBe(0);
});

it('tells a reader that was too slow for the changes all that runs once more, and keeps no more than that', async () => {
  const { events, insert } = await quiet();
  const gone = new AbortController();
  const reading = events.follow(gone.signal);
  expect((await reading.next()).value).toEqual({ type: 'operations', operations: [] });
  await insert(1_200);
  const again = await reading.next();
  expect(again.value).toMatchObject({ type: 'operations' });
  expect(again.value?.type === 'operations' && again.value.operations.length).toBe(1_200);
  gone.abort();
  await reading.return(undefined);
  expect(events.readers).toBe(0);
});
