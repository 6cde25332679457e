import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/runtime';
import type { Clock } from '../clock.ts';
import type { ActiveLeaseStore, SeenLease } from './active-lease.store.ts';

export interface LeaseTimings {
  /** The holder says this often that it lives; others look as often. */
  readonly beatMs: number;
  /** A holder that could not say so for this long ends its work. A database may be away for less than this. */
  readonly fenceMs: number;
  /** Who sees no sign of life for this long takes over. The difference is for the holder's work to end. */
  readonly takeoverMs: number;
}

const defaultLeaseTimings: LeaseTimings = { beatMs: 2_000, fenceMs: 60_000, takeoverMs: 90_000 };

interface LeaseParts {
  readonly store: ActiveLeaseStore;
  readonly clock: Clock;
  /** Names the data directory: its lock says that every earlier process on it is dead. */
  readonly place: string;
  readonly timings?: Partial<LeaseTimings>;
}

/** The right to work with a shared database, which one Holdfast has at a time. */
export interface ActiveLease {
  /** Settles with the reason when this process has lost it, and must not go on. Otherwise never. */
  readonly lost: Promise<HoldfastError>;
  /** To be called when nothing is done with the database any more. */
  giveBack(): Promise<void>;
}

/**
 * Takes the lease: at once when it is free or was held by a dead process of the same data directory, else when its
 * holder has shown no sign of life for `takeoverMs`, by the monotonic clock of whoever waits.
 * @param onWait called once when it has to wait; without it nothing is waited for
 * @throws HoldfastError `database-in-use` when it would have to wait and may not
 */
export async function takeActiveLease(parts: LeaseParts, onWait?: () => void): Promise<ActiveLease> {
  const { store, clock, place } = parts;
  const timings = { ...defaultLeaseTimings, ...parts.timings };
  const holder = `${place}/${randomUUID()}`;
  await store.prepare();
  let watched: { seen: SeenLease; since: number } | undefined;
  for (let waiting = false; ; waiting = true) {
    // A database that is away says nothing of the holder: the watch begins anew.
    const seen = waiting ? await store.read().catch(() => undefined) : await store.read();
    if (seen?.beat !== watched?.seen.beat || seen?.holder !== watched?.seen.holder) {
      watched = seen === undefined ? undefined : { seen, since: clock.monotonic() };
    }
    if (seen !== undefined) {
      const free = seen.holder === null || seen.holder.startsWith(`${place}/`);
      const deserted = watched !== undefined && clock.monotonic() - watched.since >= timings.takeoverMs;
      const asked = clock.monotonic();
      if ((free || deserted) && (await store.take(seen, holder).catch(() => false))) {
        return hold(parts, timings, holder, asked);
      }
      if (onWait === undefined && !free) {
        throw new HoldfastError('database-in-use', 'Another Holdfast is active on this database.');
      }
    }
    if (!waiting) onWait?.();
    await delay(timings.beatMs);
  }
}

function hold(
  { store, clock }: LeaseParts,
  timings: LeaseTimings,
  holder: string,
  since: number,
): ActiveLease {
  const { promise: lost, resolve } = Promise.withResolvers<HoldfastError>();
  let lastKnown = since;
  let beating: Promise<void> | undefined;
  const end = (why: string) => {
    clearInterval(timer);
    resolve(new HoldfastError('database-lost', why));
  };
  const beat = async () => {
    const asked = clock.monotonic();
    if (await store.beat(holder)) lastKnown = asked;
    else end('Another Holdfast has taken over.');
  };
  const timer = setInterval(() => {
    if (clock.monotonic() - lastKnown >= timings.fenceMs) {
      return end('The database was away for so long that another Holdfast may have taken over.');
    }
    // One that fails is made up for by the next; one that does not come back does not keep this clock from going on.
    beating ??= beat()
      .catch(() => {})
      .finally(() => {
        beating = undefined;
      });
  }, timings.beatMs);
  return {
    lost,
    async giveBack() {
      clearInterval(timer);
      await beating;
      await store.giveBack(holder);
    },
  };
}
