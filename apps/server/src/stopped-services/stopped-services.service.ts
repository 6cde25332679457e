import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerLifecycle } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, type Reporter } from '@holdfast/runtime';
import type { Consistency, ServiceKeeper } from '@holdfast/sources';
import { type Clock, instant } from '../clock.ts';
import type { StoppedService, StoppedServicesStore } from './stopped-services.store.ts';

type Action = StoppedService['action'];

/** A container that this process keeps down, for one operation or several. */
interface Hold {
  readonly action: Action;
  /** Whether it ran; known when it is down. */
  readonly ready: Promise<boolean>;
  readonly ended: PromiseWithResolvers<void>;
  /** None while it is being started again. */
  users: number;
}

export interface StoppedServicesParts {
  readonly store: StoppedServicesStore;
  readonly lifecycle: ContainerLifecycle;
  readonly clock: Clock;
  readonly defaultConsistency: Consistency;
  /** How long to wait before each further attempt to start a container again. */
  readonly retriesMs?: readonly number[];
}

const retriesMs = [1_000, 5_000];

/** Pauses and stops containers so that they run again whatever happens. */
export class StoppedServices implements ServiceKeeper {
  readonly #parts: StoppedServicesParts;
  readonly #holds = new Map<string, Hold>();

  constructor(parts: StoppedServicesParts) {
    this.#parts = parts;
  }

  get defaultConsistency(): Consistency {
    return this.#parts.defaultConsistency;
  }

  async hold(request: Parameters<ServiceKeeper['hold']>[0]): Promise<() => Promise<void>> {
    const { operationId, containers, action, reporter } = request;
    const services = containers.map(({ id, name }) => ({ operationId, id, name, action }));
    const taken = await Promise.allSettled(services.map((service) => this.#take(service)));
    const held = services.filter((_, index) => {
      const outcome = taken[index];
      return outcome?.status === 'fulfilled' && outcome.value;
    });
    let releasing: Promise<void> | undefined;
    const release = () => (releasing ??= this.#releaseAll(held, reporter));
    const failed = taken.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await release();
      throw failed.reason;
    }
    for (const { name } of held)
      reporter.log('info', `${name} is ${action === 'stop' ? 'stopped' : 'paused'}.`);
    return release;
  }

  /**
   * Starts what an earlier process, or a failed attempt of this one, left down.
   * @param takeBack brings the files that an operation was exchanging into order; what it rejects for stays down
   * @returns what could not be done, in sentences
   */
  async recover(takeBack: (operationId: string) => Promise<void>): Promise<string[]> {
    const left = (await this.#parts.store.all()).filter(({ id }) => !this.#holds.has(id));
    const failures: string[] = [];
    for (const [operationId, services] of Map.groupBy(left, (service) => service.operationId)) {
      try {
        await takeBack(operationId);
        for (const service of services) await this.#startAgain(service);
      } catch (error) {
        const names = services.map(({ name }) => name).join(', ');
        failures.push(`${names} could not be started again: ${asHoldfastError(error).message}`);
      }
    }
    return failures;
  }

  /** @returns whether it ran, and is down now for this operation */
  async #take(service: StoppedService): Promise<boolean> {
    for (;;) {
      const hold = this.#holds.get(service.id);
      if (hold === undefined) return this.#begin(service);
      const covers = hold.action === 'stop' || hold.action === service.action;
      if (covers && hold.users > 0) return this.#join(hold, service);
      // Paused is not enough for this one, or it is just being started. Those who pause wait for nobody, so this ends.
      await hold.ended.promise;
    }
  }

  async #join(hold: Hold, service: StoppedService): Promise<boolean> {
    hold.users += 1;
    try {
      const ran = await hold.ready;
      if (ran) await this.#parts.store.add(service, instant(this.#parts.clock));
      return ran;
    } catch (error) {
      hold.users -= 1;
      throw error;
    }
  }

  async #begin(service: StoppedService): Promise<boolean> {
    const { promise: ready, resolve, reject } = Promise.withResolvers<boolean>();
    ready.catch(() => {});
    const hold: Hold = { action: service.action, ready, ended: Promise.withResolvers(), users: 1 };
    this.#holds.set(service.id, hold);
    try {
      const { lifecycle, store, clock } = this.#parts;
      const runs = (await lifecycle.status(service.id)).running;
      if (runs) {
        await store.add(service, instant(clock));
        if (service.action === 'stop') await lifecycle.stop(service.id);
        else await lifecycle.pause(service.id);
      }
      resolve(runs);
      if (!runs) this.#end(service.id, hold);
      return runs;
    } catch (error) {
      reject(error);
      this.#end(service.id, hold);
      await this.#startAgain(service).catch(() => {});
      throw error;
    }
  }

  #end(id: string, hold: Hold): void {
    if (this.#holds.get(id) === hold) this.#holds.delete(id);
    hold.ended.resolve();
  }

  async #releaseAll(held: readonly StoppedService[], reporter: Reporter): Promise<void> {
    await Promise.all(held.map((service) => this.#release(service, reporter)));
  }

  /** Never throws: what cannot be started stays recorded, and is tried again by `recover`. */
  async #release(service: StoppedService, reporter: Reporter): Promise<void> {
    const hold = this.#holds.get(service.id);
    try {
      if (hold !== undefined) {
        hold.users -= 1;
        if (hold.users > 0) {
          await this.#parts.store.remove(service);
          return;
        }
      }
      await this.#startPatiently(service);
      reporter.log('info', `${service.name} runs again.`);
    } catch (error) {
      reporter.log(
        'error',
        `${service.name} could not be started again: ${asHoldfastError(error).message} It is tried again.`,
      );
    } finally {
      if (hold !== undefined && hold.users === 0) this.#end(service.id, hold);
    }
  }

  async #startPatiently(service: StoppedService): Promise<void> {
    for (const waitMs of this.#parts.retriesMs ?? retriesMs) {
      try {
        await this.#startAgain(service);
        return;
      } catch {
        await sleep(waitMs);
      }
    }
    await this.#startAgain(service);
  }

  async #startAgain(service: StoppedService): Promise<void> {
    const { lifecycle, store } = this.#parts;
    try {
      // Where the stop had not been carried out yet, or a person was quicker, this changes nothing.
      if (service.action === 'stop') await lifecycle.start(service.id);
      else await lifecycle.unpause(service.id);
    } catch (error) {
      // Removed meanwhile by somebody: nothing is left to start.
      if (!(error instanceof HoldfastError) || error.code !== 'container-not-found') throw error;
    }
    await store.remove(service);
  }
}
