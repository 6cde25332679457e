import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Database } from './database/database.ts';
import type { HttpApp } from './http/http-app.ts';

/** Anybody may ask, however often: the database is written for it at most this often. */
const triedForMs = 2_000;

/** Whether this process takes work: it has started, was not told to stop, and can write its database. */
export class Readiness {
  readonly #database: Database;
  readonly #clock: Clock;
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';
  #tried: { readonly at: number; readonly outcome: Promise<void> } | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  started(): void {
    if (this.#phase === 'starting') this.#phase = 'serving';
  }

  stopping(): void {
    this.#phase = 'stopping';
  }

  /** @throws HoldfastError `not-ready` */
  async assert(): Promise<void> {
    if (this.#phase !== 'serving') throw new HoldfastError('not-ready', `This server is ${this.#phase}.`);
    const now = this.#clock.monotonic();
    if (this.#tried === undefined || now - this.#tried.at > triedForMs) {
      this.#tried = { at: now, outcome: this.#write() };
    }
    try {
      await this.#tried.outcome;
    } catch (error) {
      // Where the database lies is nothing that everybody has to know; the log of the server says it.
      throw new HoldfastError('not-ready', 'The database cannot be written.', { cause: error });
    }
  }

  async #write(): Promise<void> {
    const value = this.#clock.now().toISOString();
    await this.#database
      .insertInto('meta')
      .values({ name: 'written-for-readiness', value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }
}

export function addReadinessRoute(app: HttpApp, readiness: Readiness): void {
  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether this server takes work: it has started, does not stop, and can write its database.',
        tags: ['system'],
        response: { 200: z.object({ ready: z.boolean() }) },
        problems: ['not-ready'],
      },
    },
    async () => {
      await readiness.assert();
      return { ready: true };
    },
  );
}
