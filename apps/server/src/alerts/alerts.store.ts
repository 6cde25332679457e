import {
  type Alert,
  type AlertCode,
  type AlertFilter,
  type AlertSubject,
  alertSubjectSchema,
  severityOf,
} from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { AlertsTable } from '../database/schema.ts';
import { serialised } from '../database/serialised.ts';

export type AlertsStore = ReturnType<typeof createAlertsStore>;

export type NewAlert = Pick<Alert, 'id' | 'code' | 'subject' | 'cause' | 'message' | 'hint'>;

export type OpenSubject = Pick<AlertSubject, 'kind' | 'id'> & { readonly code: AlertCode };

export function createAlertsStore(database: Database) {
  return {
    /** Opens one, or counts another occurrence of the one that is open. */
    async raise(alert: NewAlert, at: string): Promise<Alert> {
      const { id, code, subject, cause, message, hint } = alert;
      return serialised(database, 'alert', async (transaction) => {
        const open = await transaction
          .selectFrom('alerts')
          .selectAll()
          .where('code', '=', code)
          .where('subject_kind', '=', subject.kind)
          .where('subject_id', '=', subject.id)
          .where('resolved_at', 'is', null)
          .executeTakeFirst();
        const latest = {
          subject_name: subject.name,
          cause: cause === undefined ? null : JSON.stringify(cause),
          message,
          hint,
          last_seen_at: at,
        };
        const row =
          open === undefined
            ? await transaction
                .insertInto('alerts')
                .values({
                  id,
                  code,
                  subject_kind: subject.kind,
                  subject_id: subject.id,
                  since: at,
                  occurrences: 1,
                  resolved_at: null,
                  ...latest,
                })
                .returningAll()
                .executeTakeFirstOrThrow()
            : await transaction
                .updateTable('alerts')
                .set({ ...latest, occurrences: open.occurrences + 1 })
                .where('id', '=', open.id)
                .returningAll()
                .executeTakeFirstOrThrow();
        return fromRow(row);
      });
    },

    /** @returns those that were open: one or none */
    async resolve(code: AlertCode, subject: Pick<AlertSubject, 'kind' | 'id'>, at: string): Promise<Alert[]> {
      const rows = await database
        .updateTable('alerts')
        .set({ resolved_at: at })
        .where('code', '=', code)
        .where('subject_kind', '=', subject.kind)
        .where('subject_id', '=', subject.id)
        .where('resolved_at', 'is', null)
        .returningAll()
        .execute();
      return rows.map(fromRow);
    },

    /** Newest first: ids sort by time. */
    async list({ state, limit, cursor }: AlertFilter): Promise<Alert[]> {
      let select = database.selectFrom('alerts').selectAll().orderBy('id', 'desc').limit(limit);
      if (state === 'open') select = select.where('resolved_at', 'is', null);
      if (cursor !== undefined) select = select.where('id', '<', cursor);
      return (await select.execute()).map(fromRow);
    },

    async open(): Promise<Alert[]> {
      const rows = await database
        .selectFrom('alerts')
        .selectAll()
        .where('resolved_at', 'is', null)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(fromRow);
    },

    async byIds(ids: readonly string[]): Promise<Alert[]> {
      if (ids.length === 0) return [];
      const rows = await database.selectFrom('alerts').selectAll().where('id', 'in', ids).execute();
      return rows.map(fromRow);
    },

    async byIdPrefix(prefix: string): Promise<Alert[]> {
      const rows = await database
        .selectFrom('alerts')
        .selectAll()
        .where('id', 'like', `${prefix}%`)
        .limit(2)
        .execute();
      return rows.map(fromRow);
    },

    /** The first who acknowledges it stays the one who did. */
    async acknowledge(id: string, by: string, at: string): Promise<void> {
      await database
        .updateTable('alerts')
        .set({ acknowledged_by: by, acknowledged_at: at })
        .where('id', '=', id)
        .where('acknowledged_at', 'is', null)
        .execute();
    },

    async openSubjects(codes: readonly AlertCode[]): Promise<OpenSubject[]> {
      return database
        .selectFrom('alerts')
        .select(['code', 'subject_kind as kind', 'subject_id as id'])
        .where('resolved_at', 'is', null)
        .where('code', 'in', codes)
        .execute();
    },
  };
}

function fromRow(row: Selectable<AlertsTable>): Alert {
  return {
    id: row.id,
    code: row.code,
    state: row.resolved_at === null ? 'open' : 'resolved',
    severity: severityOf[row.code],
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    cause: row.cause === null ? undefined : alertSubjectSchema.parse(JSON.parse(row.cause)),
    message: row.message,
    hint: row.hint,
    since: row.since,
    lastSeen: row.last_seen_at,
    occurrences: row.occurrences,
    resolvedAt: row.resolved_at ?? undefined,
    acknowledged:
      row.acknowledged_by === null || row.acknowledged_at === null
        ? undefined
        : { by: row.acknowledged_by, time: row.acknowledged_at },
  };
}
