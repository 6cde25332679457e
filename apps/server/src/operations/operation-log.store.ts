import type { LogLine } from '@holdfast/contracts';
import type { Database } from '../database/database.ts';

export type OperationLogStore = ReturnType<typeof createOperationLogStore>;

export function createOperationLogStore(database: Database) {
  return {
    async append(operationId: string, line: LogLine): Promise<void> {
      await database
        .insertInto('operation_log')
        .values({ operation_id: operationId, ...line })
        .execute();
    },

    async lines(operationId: string, afterSequence = 0): Promise<LogLine[]> {
      return database
        .selectFrom('operation_log')
        .select(['sequence', 'time', 'level', 'message'])
        .where('operation_id', '=', operationId)
        .where('sequence', '>', afterSequence)
        .orderBy('sequence')
        .execute();
    },

    async lastSequence(operationId: string): Promise<number> {
      const row = await database
        .selectFrom('operation_log')
        .select((e) => e.fn.max('sequence').as('last'))
        .where('operation_id', '=', operationId)
        .executeTakeFirst();
      return row?.last ?? 0;
    },
  };
}
