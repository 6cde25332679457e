import { HoldfastError, Secret } from '@holdfast/runtime';
import type { Exchange, ServiceKeeper } from '@holdfast/sources';
import { describe, expect, it } from 'vitest';
import type { WorkerPorts } from '../job.ts';
import { createMemoryEngine } from '../testing/memory-engine.ts';
import { createMemorySource } from '../testing/memory-source.ts';
import { createWorker } from '../worker.ts';
import { type Order, orderSchema } from './protocol.ts';
import { serveJob } from './serve-job.ts';

const location = 'memory:shop';

/** A worker whose helper is joined by two streams of this process; `lose` cuts them. */
function prepare() {
  const engine = createMemoryEngine();
  const kind = Object.assign(createMemorySource(), { hostFolder: async () => '/host' });
  engine.repositories.set(location, new Map());
  kind.content.set('shop', new Map([['/a.dump', 'aaaa']]));
  const ports = { engine, kind, now: () => new Date('2026-11-22T10:00:00.700Z') };
  const orders: Order[] = [];
  const opened: string[] = [];
  const lost = Promise.withResolvers<never>();
  const worker = createWorker({
    containers: {
      whyNot: async () => undefined,
      purge: async () => 0,
      async open(operationId, folder) {
        opened.push(`${operationId} ${folder}`);
        return {
          async run({ input, output }) {
            if (!('readable' in input && 'writable' in output)) throw new Error('no streams');
            const serving = serveJob(input.readable, output.writable, (order) => {
              orders.push(order);
              return ports;
            });
            await Promise.race([serving, lost.promise]);
            output.writable.end();
            return { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };
          },
          remove: async () => void opened.push('removed'),
        };
      },
    },
    settings: { lockWaitMs: 1, retryDeadlineMs: 1, environment: {} },
  });
  const said: string[] = [];
  const stop = new AbortController();
  const control = {
    reporter: {
      step: (name: string) => said.push(`step ${name}`),
      progress: () => {},
      log: (level: string, message: string) => said.push(`${level} ${message}`),
    },
    signal: stop.signal,
    onLeftBehind: () => said.push('left behind'),
  };
  const job = {
    operationId: 'op-1',
    dataPath: 'auto' as const,
    locator: { key: 'shop' },
    source: { id: 'src-1', name: 'shop', kind: 'memory', environment: 'shop' },
    repository: {
      access: { location, environment: { KEY: new Secret('k'), PLAIN: 'p' }, options: ['a=b'] },
      password: new Secret('x'),
      host: 'h',
    },
  };
  const backup = (here: WorkerPorts = ports) =>
    worker.backup({ ...job, snapshotId: 'snap-1', version: '0.1.0' }, here, control);
  return { engine, kind, ports, worker, job, backup, control, stop, said, orders, opened, lost };
}

describe('a worker in a helper', () => {
  it('backs up and restores as it would be done here', async () => {
    const { worker, job, backup, ports, control, kind, orders, opened, said } = prepare();
    const outcome = await backup();
    expect(outcome).toMatchObject({
      time: new Date('2026-11-22T10:00:00Z'),
      dataPath: 'memory',
      bytesRead: expect.any(Number),
    });
    expect(outcome.manifest.counts).toEqual({ '/a.dump': 4 });
    const { manifestResticId } = outcome;
    const paths = ['/a*b'];
    const report = await worker.restore({ ...job, manifestResticId, mode: 'swap', paths }, ports, control);
    expect(orders[1]?.task).toMatchObject({ verb: 'restore', mode: 'swap', paths });
    expect(report).toEqual({ restored: ['/a.dump'], previous: [], verified: { '/a.dump': 4 }, warnings: [] });
    expect(kind.restored).toEqual([new Map([['/a.dump', 'aaaa']])]);
    expect(opened).toEqual(['op-1 /host', 'removed', 'op-1 /host', 'removed']);
    expect(said).toContain('step writing the manifest');
    const task = orders[0]?.task;
    if (task?.verb !== 'backup') throw new Error('no backup');
    expect(task.repository.password.reveal()).toBe('x');
    const { KEY: key, PLAIN: plain } = task.repository.access.environment;
    expect([key instanceof Secret && key.reveal(), plain]).toEqual(['k', 'p']);
  });

  it('cleans up and takes back', async () => {
    const { worker, job, ports, control, kind, opened } = prepare();
    await worker.cleanUp(job, ports, control);
    expect(kind.cleanedUp).toEqual(['op-1']);
    expect(opened).toEqual(['op-1 /host', 'removed']);
  });

  it('fails with the words of the source', async () => {
    const { backup, kind, opened } = prepare();
    kind.beforePart = () => {
      throw new HoldfastError('dump-failed', 'exit code 1', { hint: 'look there' });
    };
    await expect(backup()).rejects.toMatchObject({
      code: 'dump-failed',
      message: 'exit code 1',
      hint: 'look there',
    });
    expect(opened.at(-1)).toBe('removed');
  });

  it('is told to stop, and brings its things into order', async () => {
    const { backup, kind, stop, engine } = prepare();
    kind.beforePart = async (_path, signal) => {
      stop.abort();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      signal.throwIfAborted();
    };
    await expect(backup()).rejects.toMatchObject({ code: 'cancelled' });
    expect(engine.repositories.get(location)?.size).toBe(0);
    expect(kind.closed).toBe(1);
  });

  it('has containers stopped here, and let go when it is lost', async () => {
    const { backup, kind, ports, lost, said } = prepare();
    const done: string[] = [];
    const services: ServiceKeeper = {
      defaultConsistency: 'stop',
      async hold({ operationId, containers, action }) {
        done.push(`${operationId} ${action} ${containers.map(({ name }) => name).join()}`);
        return async () => void done.push('released');
      },
    };
    const capture = kind.capture.bind(kind);
    kind.capture = async (locator, context) => {
      await context.services?.hold({
        operationId: context.operationId,
        containers: [{ id: '1', name: 'web' }],
        action: 'stop',
        reporter: context.reporter,
      });
      return capture(locator, context);
    };
    kind.beforePart = async () => {
      lost.reject(new HoldfastError('container-lost', 'cut'));
      await new Promise(() => {});
    };
    await expect(backup({ ...ports, services })).rejects.toMatchObject({ code: 'container-lost' });
    expect(done).toEqual(['op-1 stop web', 'released']);
    expect(said).toContain('left behind');
  });

  it('exchanges what is here once that is written down there, and not at all when it cannot be', async () => {
    const { backup, worker, job, ports, control, kind } = prepare();
    const { manifestResticId } = await backup();
    const restore = (mode: 'swap' | 'beside', willExchange: (exchange: Exchange) => Promise<void>) =>
      worker.restore({ ...job, manifestResticId, mode }, ports, { ...control, willExchange });
    const written: Exchange[] = [];
    const write = async (exchange: Exchange) => {
      expect(kind.restored).toEqual([]);
      written.push(exchange);
    };
    await restore('swap', write);
    expect(written).toEqual([{ restored: ['/a.dump'], previous: [] }]);
    expect(kind.restored).toHaveLength(1);

    const full = new HoldfastError('data-directory-full', 'no room', { hint: 'make some' });
    const refuse = () => Promise.reject(full);
    const refused = { code: 'data-directory-full', message: 'no room', hint: 'make some' };
    await expect(restore('swap', refuse)).rejects.toMatchObject(refused);
    expect(kind.restored).toHaveLength(1);
    // Nothing is exchanged beside.
    await restore('beside', refuse);
  });

  it('takes no order of another form', () => {
    expect(orderSchema.safeParse({ kind: 'volume', task: { verb: 'forget' } }).success).toBe(false);
  });
});
