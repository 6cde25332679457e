import { alertCodes, failureSchema, instantSchema } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { ChannelsTable } from '../database/schema.ts';
import type { StoredChannel } from './channel.ts';

export type ChannelsStore = ReturnType<typeof createChannelsStore>;

export function createChannelsStore(database: Database) {
  return {
    async all(): Promise<StoredChannel[]> {
      return (await database.selectFrom('channels').selectAll().orderBy('name').execute()).map(fromRow);
    },

    async byNameOrId(nameOrId: string): Promise<StoredChannel | undefined> {
      const row = await database
        .selectFrom('channels')
        .selectAll()
        .where((e) => e.or([e('name', '=', nameOrId), e('id', '=', nameOrId)]))
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    async insert(channel: StoredChannel): Promise<void> {
      await database.insertInto('channels').values(toRow(channel)).execute();
    },

    /** All but what the sending of messages writes: the last success and error. */
    async update(channel: StoredChannel): Promise<void> {
      const { name, settings, enabled, min_severity, codes, environments, window_seconds } = toRow(channel);
      await database
        .updateTable('channels')
        .set({ name, settings, enabled, min_severity, codes, environments, window_seconds })
        .where('id', '=', channel.id)
        .execute();
    },

    async saveOutcome(id: string, outcome: Pick<StoredChannel, 'lastSuccess' | 'lastError'>): Promise<void> {
      const { lastSuccess, lastError } = outcome;
      await database
        .updateTable('channels')
        .set({
          ...(lastSuccess === undefined ? {} : { last_success_at: lastSuccess }),
          last_error: lastError === undefined ? null : JSON.stringify(lastError),
        })
        .where('id', '=', id)
        .execute();
    },

    async remove(id: string): Promise<void> {
      await database.deleteFrom('channels').where('id', '=', id).execute();
    },
  };
}

const codesSchema = z.array(z.enum(alertCodes));
const namesSchema = z.array(z.string());
const lastErrorSchema = failureSchema.extend({ time: instantSchema });

function toRow(channel: StoredChannel): Selectable<ChannelsTable> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    settings: JSON.stringify(channel.settings),
    enabled: channel.enabled ? 1 : 0,
    min_severity: channel.minSeverity,
    codes: json(channel.codes),
    environments: json(channel.environments),
    window_seconds: channel.windowSeconds,
    created_at: channel.createdAt,
    last_success_at: channel.lastSuccess ?? null,
    last_error: json(channel.lastError),
  };
}

function fromRow(row: Selectable<ChannelsTable>): StoredChannel {
  const parsed = <T>(schema: z.ZodType<T>, json: string | null) =>
    json === null ? undefined : schema.parse(JSON.parse(json));
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: z.record(z.string(), z.unknown()).parse(JSON.parse(row.settings)),
    enabled: row.enabled === 1,
    minSeverity: row.min_severity,
    codes: parsed(codesSchema, row.codes),
    environments: parsed(namesSchema, row.environments),
    windowSeconds: row.window_seconds,
    createdAt: row.created_at,
    lastSuccess: row.last_success_at ?? undefined,
    lastError: parsed(lastErrorSchema, row.last_error),
  };
}
