import { randomUUID } from 'node:crypto';
import { HoldfastError, silentReporter } from '@holdfast/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CaptureContext, Exchange, RestoreReport } from '../source.ts';
import { FolderStore, type RequestOptions, type StoredSnapshot } from './folder-store.ts';
import type { LiveSource, SourceHarness } from './source-harness.ts';

/**
 * What every kind of source must do, on the real thing. A kind passes by calling this from its own
 * `<kind>.suite.test.ts` with a harness; nothing here knows which kind it is.
 */
export function describeSourceSuite<Locator>(name: string, harness: SourceHarness<Locator>): void {
  const { kind } = harness;
  /** Of every operation that the suite began; what one of them left shows in the checks that follow, too. */
  const operationIds: string[] = [];

  async function start() {
    const live = await harness.create();
    onTestFinished(() => live.dispose());
    const store = await FolderStore.create();
    onTestFinished(() => store[Symbol.asyncDispose]());
    return { live, store };
  }

  function contextOf(signal: AbortSignal = new AbortController().signal): CaptureContext {
    const operationId = randomUUID();
    operationIds.push(operationId);
    return { dataPath: 'auto', reporter: silentReporter, ...harness.context, operationId, signal };
  }

  async function backUp(live: LiveSource<Locator>, store: FolderStore): Promise<StoredSnapshot> {
    const context = contextOf();
    return store.save(kind.kind, await kind.capture(live.locator, context), context.signal);
  }

  /** @returns `serving`: what is there now, which is not what the snapshot holds */
  async function changedSinceBackup() {
    const { live, store } = await start();
    const snapshot = await backUp(live, store);
    await live.mutate();
    return { live, store, snapshot, serving: await live.read() };
  }

  function restore(
    live: LiveSource<Locator>,
    snapshot: StoredSnapshot,
    mode: 'swap' | 'beside' | 'in-place',
    options?: RequestOptions,
  ): Promise<RestoreReport> {
    return kind.restore(live.locator, snapshot.request(mode, options), contextOf());
  }

  describe(`source suite: ${name}`, () => {
    it('finds a stored source again by its locator, unchanged', async () => {
      const { live } = await start();
      expect(kind.locator.parse(JSON.parse(JSON.stringify(live.locator)))).toEqual(live.locator);
    });

    describe('capture', () => {
      it('describes itself: counts, versions, and details that survive storage', async () => {
        const { live, store } = await start();
        const { manifest } = await backUp(live, store);
        expect(Object.keys(manifest.counts)).not.toEqual([]);
        for (const count of Object.values(manifest.counts)) expect(count).toBeGreaterThanOrEqual(0);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('changes nothing in the source, and gives equal counts for equal content', async () => {
        const { live, store } = await start();
        const before = await live.read();
        const [first, second] = [await backUp(live, store), await backUp(live, store)];
        expect(await live.read()).toEqual(before);
        expect(second.manifest.counts).toEqual(first.manifest.counts);
      });

      it('names its parts alike each time, with safe characters', async () => {
        const { live } = await start();
        const names: string[][] = [];
        for (let run = 0; run < 2; run++) {
          const capture = await kind.capture(live.locator, contextOf());
          names.push(capture.parts.map((part) => (part.type === 'stream' ? part.path : part.root)));
          for (const part of capture.parts) {
            if (part.type === 'stream') expect(part.path).toMatch(/^\/[A-Za-z0-9_.%-]+$/);
          }
          await capture.close();
        }
        expect(names[1]).toEqual(names[0]);
      });

      it('is consistent while a writer writes, and does not stop it', async () => {
        const { live, store } = await start();
        const writer = await live.startWriter();
        let snapshot: StoredSnapshot;
        try {
          snapshot = await backUp(live, store);
        } finally {
          await writer.stop();
        }
        await live.lose();
        await restore(live, snapshot, 'swap');
        live.assertConsistent(await live.read());
      });

      it('rejects when the source cannot be captured, and leaves nothing', async () => {
        const { live, store } = await start();
        await live.breakCapture();
        await expect(backUp(live, store)).rejects.toMatchObject({
          name: 'HoldfastError',
          hint: expect.any(String),
        });
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('rejects when it was cancelled before it began', async () => {
        const { live, store } = await start();
        const context = contextOf(AbortSignal.abort());
        await expect(
          kind
            .capture(live.locator, context)
            .then((capture) => store.save(kind.kind, capture, context.signal)),
        ).rejects.toMatchObject({ code: 'cancelled' });
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('stops midway when cancelled, and leaves nothing', async () => {
        const { live } = await start();
        const controller = new AbortController();
        const capture = await kind.capture(live.locator, contextOf(controller.signal));
        controller.abort();
        const store = await FolderStore.create();
        onTestFinished(() => store[Symbol.asyncDispose]());
        await expect(store.save(kind.kind, capture, controller.signal)).rejects.toMatchObject({
          code: 'cancelled',
        });
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('may be closed without having been read', async () => {
        const { live } = await start();
        const capture = await kind.capture(live.locator, contextOf());
        await capture.close();
        expect(await live.leftovers(operationIds)).toEqual([]);
      });
    });

    describe('restore', () => {
      it('brings back by a swap what was changed, and keeps what was there', async () => {
        const { live, store } = await start();
        const before = await live.read();
        const snapshot = await backUp(live, store);
        await live.mutate();
        expect(await live.read()).not.toEqual(before);
        const report = await restore(live, snapshot, 'swap');
        expect(await live.read()).toEqual(before);
        expect(report.previous).toHaveLength(1);
        expect(report.verified).toEqual(snapshot.manifest.counts);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it.runIf(kind.revert !== undefined)(
        'undoes a swap, twice: what was there before serves again',
        async () => {
          const { live, snapshot, serving } = await changedSinceBackup();
          const report = await restore(live, snapshot, 'swap');
          for (let run = 0; run < 2; run++) await kind.revert?.(live.locator, report, contextOf());
          expect(await live.read()).toEqual(serving);
          expect(await live.leftovers(operationIds)).toEqual([]);
        },
      );

      it.runIf(kind.revert !== undefined)(
        'says what it will exchange while the old data still serves, in words that undo it',
        async () => {
          const { live, snapshot, serving } = await changedSinceBackup();
          const announced: Exchange[] = [];
          const willExchange = async (exchange: Exchange) => {
            announced.push(exchange);
            expect(await live.read()).toEqual(serving);
          };
          const context = { ...contextOf(), willExchange };
          const report = await kind.restore(live.locator, snapshot.request('swap'), context);
          expect(announced).toEqual([{ restored: report.restored, previous: report.previous }]);
          for (const exchange of announced) await kind.revert?.(live.locator, exchange, contextOf());
          expect(await live.read()).toEqual(serving);
          expect(await live.leftovers(operationIds)).toEqual([]);
        },
      );

      it.runIf(kind.revert !== undefined)(
        'exchanges nothing when that could not be written down; there is nothing to undo then',
        async () => {
          const { live, snapshot, serving } = await changedSinceBackup();
          const announced: Exchange[] = [];
          const willExchange = async (exchange: Exchange) => {
            announced.push(exchange);
            throw new HoldfastError('data-directory-full', 'There is no room for it.');
          };
          await expect(
            kind.restore(live.locator, snapshot.request('swap'), { ...contextOf(), willExchange }),
          ).rejects.toThrow('There is no room for it.');
          for (const exchange of announced) await kind.revert?.(live.locator, exchange, contextOf());
          expect(await live.read()).toEqual(serving);
          expect(await live.leftovers(operationIds)).toEqual([]);
        },
      );

      it('brings back what was lost', async () => {
        const { live, store } = await start();
        const before = await live.read();
        const snapshot = await backUp(live, store);
        await live.lose();
        await restore(live, snapshot, 'swap');
        expect(await live.read()).toEqual(before);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('gives a restored source the same counts when it is captured again', async () => {
        const { live, store } = await start();
        const snapshot = await backUp(live, store);
        await live.mutate();
        await restore(live, snapshot, 'swap');
        expect((await backUp(live, store)).manifest.counts).toEqual(snapshot.manifest.counts);
      });

      it('leaves the old data serving when the storage breaks off', async () => {
        const { live, snapshot, serving } = await changedSinceBackup();
        await expect(restore(live, snapshot, 'swap', { breakOff: true })).rejects.toThrow();
        expect(await live.read()).toEqual(serving);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('leaves the old data serving when the restored counts differ', async () => {
        const { live, snapshot, serving } = await changedSinceBackup();
        const request = snapshot.request('swap');
        const counts = Object.fromEntries(
          Object.entries(request.manifest.counts).map(([key, n]) => [key, n + 1]),
        );
        const altered = { ...request, manifest: { ...request.manifest, counts } };
        await expect(kind.restore(live.locator, altered, contextOf())).rejects.toMatchObject({
          code: 'restore-verification-failed',
        });
        expect(await live.read()).toEqual(serving);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it('leaves the old data serving when it was cancelled', async () => {
        const { live, snapshot, serving } = await changedSinceBackup();
        await expect(
          kind.restore(live.locator, snapshot.request('swap'), contextOf(AbortSignal.abort())),
        ).rejects.toMatchObject({ code: 'cancelled' });
        expect(await live.read()).toEqual(serving);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it.runIf(kind.traits.restoreBeside)(
        'restores beside, the original untouched, and never over what exists',
        async () => {
          const { live, store } = await start();
          const { beside } = live;
          if (beside === undefined)
            throw new Error('the traits say restoreBeside: the harness has to offer `beside`');
          const before = await live.read();
          const snapshot = await backUp(live, store);
          await live.mutate();
          const serving = await live.read();
          const report = await restore(live, snapshot, 'beside', { newName: beside.newName });
          expect(await beside.read()).toEqual(before);
          expect(await live.read()).toEqual(serving);
          expect(report.previous).toEqual([]);
          await expect(restore(live, snapshot, 'beside', { newName: beside.newName })).rejects.toMatchObject({
            code: 'restore-target-exists',
          });
          expect(await beside.read()).toEqual(before);
          expect(await live.leftovers(operationIds)).toEqual([]);
        },
      );

      it.runIf(kind.traits.restoreInPlace)('restores in place', async () => {
        const { live, store } = await start();
        const before = await live.read();
        const snapshot = await backUp(live, store);
        await live.mutate();
        const report = await restore(live, snapshot, 'in-place');
        expect(await live.read()).toEqual(before);
        expect(report.previous).toEqual([]);
        expect(await live.leftovers(operationIds)).toEqual([]);
      });

      it.runIf(kind.cleanUp !== undefined)(
        'cleans up after an operation that left nothing, twice',
        async () => {
          const { live } = await start();
          const before = await live.read();
          for (let run = 0; run < 2; run++) await kind.cleanUp?.(live.locator, randomUUID(), contextOf());
          expect(await live.read()).toEqual(before);
        },
      );
    });
  });
}
