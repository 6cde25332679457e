import type { Insertable, Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { SourcesTable } from '../database/schema.ts';
import type { StoredSource } from './source.ts';

const planLabelsSchema = z.array(z.string());

export type SourcesStore = ReturnType<typeof createSourcesStore>;

export function createSourcesStore(database: Database) {
  return {
    async all(): Promise<StoredSource[]> {
      const rows = await database.selectFrom('sources').selectAll().orderBy('name').orderBy('id').execute();
      return rows.map(fromRow);
    },

    async get(id: string): Promise<StoredSource | undefined> {
      const row = await database.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async save(sources: readonly StoredSource[], at: string): Promise<void> {
      await database.transaction().execute(async (transaction) => {
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
    },

    async attempted(id: string, at: string): Promise<void> {
      await database.updateTable('sources').set({ last_attempt_at: at }).where('id', '=', id).execute();
    },

    async succeeded(id: string, at: string): Promise<void> {
      await database.updateTable('sources').set({ last_success_at: at }).where('id', '=', id).execute();
    },

    async verified(id: string, at: string, recoveryMs: number): Promise<void> {
      await database
        .updateTable('sources')
        .set({ last_verified_at: at, last_recovery_ms: recoveryMs })
        .where('id', '=', id)
        .execute();
    },

    /** @throws a foreign key violation while something refers to it */
    async remove(id: string): Promise<void> {
      await database.deleteFrom('sources').where('id', '=', id).execute();
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

function toColumns(
  source: StoredSource,
): Omit<Insertable<SourcesTable>, 'id' | 'created_at' | 'last_seen_at'> {
  return {
    name: source.name,
    kind: source.kind,
    server: source.server,
    environment: source.environment,
    declared: source.declared ? 1 : 0,
    locator: JSON.stringify(source.locator),
    container_name: source.containerName ?? null,
    container_id: source.containerId ?? null,
    compose_project: source.compose?.project ?? null,
    compose_service: source.compose?.service ?? null,
    compose_number: source.compose?.number ?? null,
    image: source.image ?? null,
    path: source.path ?? null,
    volume: source.volume ?? null,
    place: source.place ?? null,
    wanted: source.wanted ? 1 : 0,
    plan_labels: source.planLabels === undefined ? null : JSON.stringify(source.planLabels),
    present: source.present ? 1 : 0,
    protected: source.protected ? 1 : 0,
    reason: source.reason ?? null,
  };
}

function fromRow(row: Selectable<SourcesTable>): StoredSource {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    server: row.server,
    environment: row.environment,
    declared: row.declared === 1,
    locator: JSON.parse(row.locator),
    containerName: row.container_name ?? undefined,
    containerId: row.container_id ?? undefined,
    compose:
      row.compose_project === null || row.compose_service === null || row.compose_number === null
        ? undefined
        : { project: row.compose_project, service: row.compose_service, number: row.compose_number },
    image: row.image ?? undefined,
    path: row.path ?? undefined,
    volume: row.volume ?? undefined,
    place: row.place ?? undefined,
    wanted: row.wanted === 1,
    planLabels: row.plan_labels === null ? undefined : planLabelsSchema.parse(JSON.parse(row.plan_labels)),
    since: row.created_at,
    present: row.present === 1,
    protected: row.protected === 1,
    reason: row.reason ?? undefined,
    lastAttempt: row.last_attempt_at ?? undefined,
    lastSuccess: row.last_success_at ?? undefined,
    lastVerified: row.last_verified_at ?? undefined,
    recoveryMs: row.last_recovery_ms ?? undefined,
  };
}
