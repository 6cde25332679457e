import { setImmediate } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import { Remembered } from '../database/remembered.ts';
import { together } from '../database/together.ts';
import type { Keyset } from '../http/keyset-cursor.ts';
import { containing } from './containing.ts';
import { readEnvironmentMembers } from './environment-members.ts';
import { type EnvironmentQuery, type EnvironmentSums, readEnvironmentSums } from './environment-sums.ts';
import type { StoredSource } from './source.ts';
import { fromRow, toColumns } from './source-row.ts';

export interface SourceQuery {
  readonly environment?: string;
  readonly kind?: string;
  readonly protected?: boolean;
  /** A part of the name, whatever its case. */
  readonly search?: string;
  /** Only what comes after the source with this name and id. */
  readonly after?: Keyset;
  readonly limit: number;
}

export type SourcesStore = ReturnType<typeof createSourcesStore>;

/** Rows, between which others have their turn. */
const atOnce = 1_000;

export function createSourcesStore(database: Database) {
  /** The overview asks for all of them again and again; they change with every backup, and less often than that. */
  const allEnvironments = new Remembered(() => readEnvironmentSums(database, {}));

  return {
    /** By name. */
    async all(): Promise<StoredSource[]> {
      const all: StoredSource[] = [];
      for (let after = ''; ; ) {
        // By ids, which do not change meanwhile.
        const rows = await database
          .selectFrom('sources')
          .selectAll()
          .where('id', '>', after)
          .orderBy('id')
          .limit(atOnce)
          .execute();
        for (const row of rows) all.push(fromRow(row));
        const last = rows.at(-1);
        if (last === undefined || rows.length < atOnce) return all.sort(byNameAndId);
        after = last.id;
        await setImmediate();
      }
    },

    async ids(): Promise<Set<string>> {
      const rows = await database.selectFrom('sources').select('id').execute();
      return new Set(rows.map(({ id }) => id));
    },

    /** To be called when sources were changed by a transaction of others, and that has been committed. */
    changed: () => allEnvironments.forget(),

    /** By name. */
    async list(query: SourceQuery): Promise<StoredSource[]> {
      let select = database
        .selectFrom('sources')
        .selectAll()
        .orderBy('name')
        .orderBy('id')
        .limit(query.limit);
      if (query.environment !== undefined) select = select.where('environment', '=', query.environment);
      if (query.kind !== undefined) select = select.where('kind', '=', query.kind);
      if (query.protected !== undefined) select = select.where('protected', '=', query.protected ? 1 : 0);
      if (query.search !== undefined) select = select.where(containing('name', query.search));
      if (query.after !== undefined) {
        const [name, id] = query.after;
        // The first condition finds the place in the index, the second leaves out what was given already.
        select = select
          .where('name', '>=', name)
          .where((e) => e.or([e('name', '>', name), e('id', '>', id)]));
      }
      return (await select.execute()).map(fromRow);
    },

    /** All that a reference may mean: by id, name or container name. */
    async matching(reference: string): Promise<StoredSource[]> {
      const rows = await database
        .selectFrom('sources')
        .selectAll()
        .where((e) =>
          e.or([e('id', '=', reference), e('name', '=', reference), e('container_name', '=', reference)]),
        )
        .orderBy('name')
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    async ofEnvironments(environments: readonly string[]): Promise<StoredSource[]> {
      if (environments.length === 0) return [];
      const rows = await database
        .selectFrom('sources')
        .selectAll()
        .where('environment', 'in', environments)
        .orderBy('name')
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /** Names of environments of which anything is known, in order. */
    async environmentNames(query: { readonly after?: string; readonly limit: number }): Promise<string[]> {
      let select = database
        .selectFrom('sources')
        .select('environment')
        .distinct()
        .orderBy('environment')
        .limit(query.limit);
      if (query.after !== undefined) select = select.where('environment', '>', query.after);
      return (await select.execute()).map(({ environment }) => environment);
    },

    /** By the id of each of these sources. */
    async environmentsOf(ids: readonly string[]): Promise<Map<string, string>> {
      if (ids.length === 0) return new Map();
      const rows = await database
        .selectFrom('sources')
        .select(['id', 'environment'])
        .where('id', 'in', ids)
        .execute();
      return new Map(rows.map(({ id, environment }) => [id, environment]));
    },

    /** By name; those of which nothing is there any more are left out. */
    environments: (query: EnvironmentQuery = {}): Promise<readonly EnvironmentSums[]> =>
      Object.values(query).every((value) => value === undefined)
        ? allEnvironments.get()
        : readEnvironmentSums(database, query),

    environmentMembers: (environments: readonly string[]) => readEnvironmentMembers(database, environments),

    async get(id: string): Promise<StoredSource | undefined> {
      const row = await database.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async save(sources: readonly StoredSource[], at: string): Promise<void> {
      const saved = together(database, async (transaction) => {
        for (const source of sources) {
          const columns = toColumns(source);
          await transaction
            .insertInto('sources')
            .values({ id: source.id, created_at: at, ...columns, last_seen_at: source.present ? at : null })
            .onConflict((conflict) =>
              conflict
                .column('id')
                .doUpdateSet({ ...columns, ...(source.present ? { last_seen_at: at } : {}) }),
            )
            .execute();
        }
      });
      await allEnvironments.changing(saved);
    },

    async attempted(id: string, at: string): Promise<void> {
      await database.updateTable('sources').set({ last_attempt_at: at }).where('id', '=', id).execute();
    },

    async succeeded(id: string, at: string): Promise<void> {
      await allEnvironments.changing(
        database.updateTable('sources').set({ last_success_at: at }).where('id', '=', id).execute(),
      );
    },

    async verified(id: string, at: string, recoveryMs: number): Promise<void> {
      const verified = database
        .updateTable('sources')
        .set({ last_verified_at: at, last_recovery_ms: recoveryMs })
        .where('id', '=', id)
        .execute();
      await allEnvironments.changing(verified);
    },

    /** @throws a foreign key violation while something refers to it */
    async remove(id: string): Promise<void> {
      await allEnvironments.changing(database.deleteFrom('sources').where('id', '=', id).execute());
    },

    async hasRepository(id: string): Promise<boolean> {
      const row = await database
        .selectFrom('repositories')
        .select('id')
        .where('source_id', '=', id)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

/** As the database sorts them: by bytes, or by UTF-16 where that differs. */
function byNameAndId(a: StoredSource, b: StoredSource): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
