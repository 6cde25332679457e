import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { HoldfastError } from '@holdfast/runtime';
import type { RestoreRequest, SourceKind } from '@holdfast/sources';
import { z } from 'zod';

export interface MemorySource extends SourceKind<{ key: string }> {
  /** Parts by path, by the key of the locator. */
  readonly content: Map<string, Map<string, string>>;
  readonly restored: Map<string, string>[];
  readonly cleanedUp: string[];
  /** Called before each part is written; may throw or wait. */
  beforePart: (path: string, signal: AbortSignal) => Promise<void> | void;
  closed: number;
  /** What drills were given, and what they may do to fail. */
  readonly drilled: { readonly folder: string; readonly paths: readonly string[] }[];
  beforeDrill: (folder: string, signal: AbortSignal) => Promise<void> | void;
}

/** A source that lives in memory; found on containers with the label `memory.key`. */
export function createMemorySource(): MemorySource {
  const source: MemorySource = {
    kind: 'memory',
    traits: {
      discoverable: true,
      counts: 'rows',
      restoreBeside: true,
      restoreInPlace: false,
      restorePaths: false,
    },
    locator: z.object({ key: z.string() }),
    content: new Map(),
    restored: [],
    cleanedUp: [],
    beforePart: () => {},
    closed: 0,
    drilled: [],
    beforeDrill: () => {},
    drill: {
      into: 'folder',
      async restore(folder, request, context) {
        await source.beforeDrill(folder, context.signal);
        const restored = await readParts(request);
        source.drilled.push({ folder, paths: [...restored.keys()] });
        const found = [...restored].map(([path, text]) => [path, text.length] as const);
        return {
          restored: [...restored.keys()],
          previous: [],
          verified: Object.fromEntries(found),
          warnings: [],
        };
      },
    },
    detect({ labels }) {
      const key = labels['memory.key'];
      if (key === undefined) return undefined;
      return { locator: { key }, problem: labels['memory.problem'] };
    },
    async capture(locator) {
      const { key } = z.object({ key: z.string() }).parse(locator);
      const parts = source.content.get(key);
      if (parts === undefined) throw new HoldfastError('container-not-found', `no ${key}`);
      return {
        dataPath: 'memory',
        parts: [...parts].map(([path, text]) => ({
          type: 'stream' as const,
          path,
          minimumBytes: 1,
          async produce(sink) {
            await source.beforePart(path, sink.signal);
            await pipeline([Buffer.from(text)], sink.writable());
          },
        })),
        facts: async () => ({
          counts: Object.fromEntries([...parts].map(([path, text]) => [path, text.length])),
          versions: { memory: '1' },
          warnings: [],
          details: {},
          attachments: [{ name: 'globals.sql', content: Buffer.from('roles') }],
        }),
        close: async () => {
          source.closed += 1;
        },
      };
    },
    async restore(_locator, request, { willExchange }) {
      const restored = await readParts(request);
      const exchange = { restored: [...restored.keys()], previous: [] };
      await willExchange?.(exchange);
      source.restored.push(restored);
      return { ...exchange, verified: request.manifest.counts, warnings: [] };
    },
    async cleanUp(_locator, operationId) {
      source.cleanedUp.push(operationId);
    },
  };
  return source;
}

async function readParts({ parts }: RestoreRequest): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const reader of parts) {
    const { stream, done } = await reader.stream();
    texts.set(reader.part.path, (await buffer(stream)).toString());
    await done;
  }
  return texts;
}
