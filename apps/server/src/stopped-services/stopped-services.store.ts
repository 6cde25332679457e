import type { Database } from '../database/database.ts';

export interface StoppedService {
  readonly operationId: string;
  readonly id: string;
  readonly name: string;
  readonly action: 'pause' | 'stop';
}

export type StoppedServicesStore = ReturnType<typeof createStoppedServicesStore>;

export function createStoppedServicesStore(database: Database) {
  return {
    async add({ operationId, id, name, action }: StoppedService, createdAt: string): Promise<void> {
      await database
        .insertInto('stopped_services')
        .values({
          operation_id: operationId,
          container_id: id,
          container_name: name,
          action,
          created_at: createdAt,
        })
        .execute();
    },
    async remove({ operationId, id }: Pick<StoppedService, 'operationId' | 'id'>): Promise<void> {
      await database
        .deleteFrom('stopped_services')
        .where('operation_id', '=', operationId)
        .where('container_id', '=', id)
        .execute();
    },
    async all(): Promise<StoppedService[]> {
      const rows = await database.selectFrom('stopped_services').selectAll().orderBy('created_at').execute();
      return rows.map((row) => ({
        operationId: row.operation_id,
        id: row.container_id,
        name: row.container_name,
        action: row.action,
      }));
    },
  };
}
