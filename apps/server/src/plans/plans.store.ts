import {
  consistencySchema,
  retentionPolicySchema,
  scheduleSchema,
  selectorSchema,
} from '@holdfast/contracts';
import type { Insertable, Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { Remembered } from '../database/remembered.ts';
import type { PlansTable, Schema } from '../database/schema.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import type { StoredPlan } from './plan.ts';

export type PlansStore = ReturnType<typeof createPlansStore>;

/** A run that is due, and the one before it that was acted on, as its plan says. */
export interface DueRun {
  readonly planId: string;
  readonly lastDue: string;
  readonly due: string;
}

const idsSchema = z.array(z.string());

/** Most plans are alike in something, and after a change of one all are read again: a text is parsed once. */
function remembering<T extends z.ZodType>(schema: T): (json: string) => z.infer<T> {
  const known = new Map<string, z.infer<T>>();
  return (json) => {
    const before = known.get(json);
    if (before !== undefined) return before;
    const parsed = schema.parse(JSON.parse(json));
    if (known.size >= mostRemembered) known.clear();
    known.set(json, parsed);
    return parsed;
  };
}

const mostRemembered = 5_000;
const parseSelector = remembering(selectorSchema);
const parseSchedule = remembering(scheduleSchema);
const parseRetention = remembering(retentionPolicySchema);
const parseIds = remembering(idsSchema);

/** One statement takes only so many variables. */
const atOnce = 500;

export function createPlansStore(database: Database) {
  /** Every list, look and pass asks for all of them. */
  const remembered = new Remembered(async (): Promise<readonly StoredPlan[]> => {
    const rows = await database
      .selectFrom('plans')
      .selectAll()
      .orderBy('is_default', 'desc')
      .orderBy('name')
      .execute();
    return rows.map(fromRow);
  });

  return {
    /** The default plan first, then by name; the same list as long as nothing changes. */
    all: () => remembered.get(),

    /** To be called when plans were changed by another transaction, `claim`'s included, and that has been committed. */
    changed: () => remembered.forget(),

    /** The default plan first, then by name. @param after the name of the last one of the page before */
    async page({ after, limit }: { after?: string; limit: number }): Promise<StoredPlan[]> {
      const standard = await database
        .selectFrom('plans')
        .selectAll()
        .where('is_default', '=', 1)
        .executeTakeFirst();
      const isFirst = after === undefined;
      let others = database.selectFrom('plans').selectAll().where('is_default', '=', 0);
      // After the default plan, which came first whatever its name, all others come.
      if (!isFirst && after !== standard?.name) others = others.where('name', '>', after);
      const rows = await others.orderBy('name').limit(limit).execute();
      return (isFirst && standard !== undefined ? [standard, ...rows] : rows).slice(0, limit).map(fromRow);
    },

    /** False when the name is taken, or it would be a second default plan. */
    async insert(plan: StoredPlan): Promise<boolean> {
      try {
        await remembered.changing(database.insertInto('plans').values(toRow(plan)).execute());
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    /** All but the last run, which only `claim` and `restart` change. False when the name is taken. */
    async update(plan: StoredPlan): Promise<boolean> {
      const { id, last_due_at: _lastDue, ...columns } = toRow(plan);
      try {
        await remembered.changing(database.updateTable('plans').set(columns).where('id', '=', id).execute());
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    async remove(id: string): Promise<void> {
      await remembered.changing(database.deleteFrom('plans').where('id', '=', id).execute());
    },

    /** What was due until then is not made up for. */
    async restart(id: string, at: string): Promise<void> {
      await remembered.changing(
        database.updateTable('plans').set({ last_due_at: at }).where('id', '=', id).execute(),
      );
    },

    /**
     * Takes runs that are due, each by changing the last run from what it was known to be; `changed` is to follow.
     * @returns the ids of the plans whose runs are now this caller's to start: of two who try, one gets it
     */
    async claim(transaction: Transaction<Schema>, runs: readonly DueRun[]): Promise<Set<string>> {
      const claimed = new Set<string>();
      const alike = Map.groupBy(runs, ({ lastDue, due }) => `${lastDue} ${due}`);
      for (const group of alike.values()) {
        for (let first = 0; first < group.length; first += atOnce) {
          const some = group.slice(first, first + atOnce);
          const [run] = some;
          if (run === undefined) continue;
          const rows = await transaction
            .updateTable('plans')
            .set({ last_due_at: run.due })
            .where(
              'id',
              'in',
              some.map(({ planId }) => planId),
            )
            .where('last_due_at', '=', run.lastDue)
            .where('enabled', '=', 1)
            .returning('id')
            .execute();
          for (const { id } of rows) claimed.add(id);
        }
      }
      return claimed;
    },
  };
}

function toRow(plan: StoredPlan): Insertable<PlansTable> {
  return {
    id: plan.id,
    name: plan.name,
    selector: JSON.stringify(plan.selector),
    schedule: JSON.stringify(plan.schedule),
    time_zone: plan.timeZone,
    destination_ids: JSON.stringify(plan.destinationIds),
    retention: JSON.stringify(plan.retention),
    jitter_seconds: plan.jitterSeconds,
    enabled: plan.enabled ? 1 : 0,
    consistency: plan.consistency ?? null,
    is_default: plan.isDefault ? 1 : 0,
    edited: plan.edited ? 1 : 0,
    created_at: plan.createdAt,
    updated_at: plan.updatedAt,
    since: plan.since,
    last_due_at: plan.lastDue,
  };
}

function fromRow(row: Selectable<PlansTable>): StoredPlan {
  return {
    id: row.id,
    name: row.name,
    selector: parseSelector(row.selector),
    schedule: parseSchedule(row.schedule),
    timeZone: row.time_zone,
    destinationIds: parseIds(row.destination_ids),
    retention: parseRetention(row.retention),
    jitterSeconds: row.jitter_seconds,
    enabled: row.enabled === 1,
    consistency: row.consistency === null ? undefined : consistencySchema.parse(row.consistency),
    isDefault: row.is_default === 1,
    edited: row.edited === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    since: row.since,
    lastDue: row.last_due_at,
  };
}
