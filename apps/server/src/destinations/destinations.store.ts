import { type LastProbe, lastProbeSchema } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { DestinationsTable } from '../database/schema.ts';

export interface StoredDestination {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Without the secret ones. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isDefault: boolean;
  /** Kept in step with the HOLDFAST_* variables of each start. */
  readonly fromEnvironment: boolean;
  readonly lastProbe?: LastProbe;
}

export type DestinationsStore = ReturnType<typeof createDestinationsStore>;

export function createDestinationsStore(database: Database) {
  return {
    async all(): Promise<StoredDestination[]> {
      return (await database.selectFrom('destinations').selectAll().orderBy('name').execute()).map(fromRow);
    },

    async byNameOrId(nameOrId: string): Promise<StoredDestination | undefined> {
      const row = await database
        .selectFrom('destinations')
        .selectAll()
        .where((e) => e.or([e('name', '=', nameOrId), e('id', '=', nameOrId)]))
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async insert(destination: StoredDestination, createdAt: string): Promise<void> {
      await database
        .insertInto('destinations')
        .values({
          id: destination.id,
          name: destination.name,
          kind: destination.kind,
          settings: JSON.stringify(destination.settings),
          is_default: destination.isDefault ? 1 : 0,
          from_environment: destination.fromEnvironment ? 1 : 0,
          created_at: createdAt,
          last_probe: destination.lastProbe === undefined ? null : JSON.stringify(destination.lastProbe),
        })
        .execute();
    },

    async saveSettings(id: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
      await database
        .updateTable('destinations')
        .set({ settings: JSON.stringify(settings) })
        .where('id', '=', id)
        .execute();
    },

    /** There is one default at any time. */
    async makeDefault(id: string): Promise<void> {
      await database
        .updateTable('destinations')
        .set((e) => ({ is_default: e.case().when('id', '=', id).then(e.lit(1)).else(e.lit(0)).end() }))
        .execute();
    },

    async saveProbe(id: string, probe: LastProbe): Promise<void> {
      await database
        .updateTable('destinations')
        .set({ last_probe: JSON.stringify(probe) })
        .where('id', '=', id)
        .execute();
    },

    async remove(id: string): Promise<void> {
      await database.deleteFrom('destinations').where('id', '=', id).execute();
    },
  };
}

function fromRow(row: Selectable<DestinationsTable>): StoredDestination {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: z.record(z.string(), z.unknown()).parse(JSON.parse(row.settings)),
    isDefault: row.is_default === 1,
    fromEnvironment: row.from_environment === 1,
    lastProbe: row.last_probe === null ? undefined : lastProbeSchema.parse(JSON.parse(row.last_probe)),
  };
}
