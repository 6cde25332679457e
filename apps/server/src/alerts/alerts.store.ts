import type { Alert, AlertCode, AlertSubject } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { AlertsTable } from '../database/schema.ts';
import { serialised } from '../database/serialised.ts';

export type AlertsStore = ReturnType<typeof createAlertsStore>;

export type NewAlert = Pick<Alert, 'id' | 'code' | 'subject' | 'message' | 'hint'>;

export function createAlertsStore(database: Database) {
  return {
    /** Opens one, or counts another occurrence of the one that is open. */
    async raise(alert: NewAlert, at: string): Promise<Alert> {
      const { id, code, subject, message, hint } = alert;
      return serialised(database, 'alert', async (transaction) => {
        const open = await transaction
          .selectFrom('alerts')
          .selectAll()
          .where('code', '=', code)
          .where('subject_kind', '=', subject.kind)
          .where('subject_id', '=', subject.id)
          .where('resolved_at', 'is', null)
          .executeTakeFirst();
        const latest = { subject_name: subject.name, message, hint, last_seen_at: at };
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

    async resolve(code: AlertCode, subject: Pick<AlertSubject, 'kind' | 'id'>, at: string): Promise<void> {
      await database
        .updateTable('alerts')
        .set({ resolved_at: at })
        .where('code', '=', code)
        .where('subject_kind', '=', subject.kind)
        .where('subject_id', '=', subject.id)
        .where('resolved_at', 'is', null)
        .execute();
    },

    /** Newest first. */
    async list(state: 'open' | 'all'): Promise<Alert[]> {
      let select = database.selectFrom('alerts').selectAll().orderBy('since', 'desc').orderBy('id', 'desc');
      if (state === 'open') select = select.where('resolved_at', 'is', null);
      return (await select.limit(mostListed).execute()).map(fromRow);
    },
  };
}

/** Open ones are few by their nature; of the resolved ones only the latest are of interest. */
const mostListed = 500;

function fromRow(row: Selectable<AlertsTable>): Alert {
  return {
    id: row.id,
    code: row.code,
    state: row.resolved_at === null ? 'open' : 'resolved',
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    message: row.message,
    hint: row.hint,
    since: row.since,
    lastSeen: row.last_seen_at,
    occurrences: row.occurrences,
    resolvedAt: row.resolved_at ?? undefined,
  };
}
