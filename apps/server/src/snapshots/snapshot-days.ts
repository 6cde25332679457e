import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** The sums by day and destination, kept in the very transactions that change the snapshots. */
export async function countArrival(
  transaction: Transaction<Schema>,
  { destinationId, bytes, bytesAdded }: { destinationId: string; bytes: number; bytesAdded: number },
  createdAt: string,
): Promise<void> {
  await transaction
    .insertInto('snapshot_days')
    .values({
      destination_id: destinationId,
      day: dayOf(createdAt),
      snapshots: 1,
      bytes,
      bytes_added: bytesAdded,
      kept: 1,
      kept_bytes_added: bytesAdded,
    })
    .onConflict((conflict) =>
      conflict.columns(['day', 'destination_id']).doUpdateSet((e) => ({
        snapshots: e('snapshot_days.snapshots', '+', 1),
        bytes: e('snapshot_days.bytes', '+', bytes),
        bytes_added: e('snapshot_days.bytes_added', '+', bytesAdded),
        kept: e('snapshot_days.kept', '+', 1),
        kept_bytes_added: e('snapshot_days.kept_bytes_added', '+', bytesAdded),
      })),
    )
    .execute();
}

export async function countRemoval(
  transaction: Transaction<Schema>,
  snapshot: { destination_id: string; created_at: string; bytes_added: number },
): Promise<void> {
  await transaction
    .updateTable('snapshot_days')
    .set((e) => ({
      kept: e('kept', '-', 1),
      kept_bytes_added: e('kept_bytes_added', '-', snapshot.bytes_added),
    }))
    .where('day', '=', dayOf(snapshot.created_at))
    .where('destination_id', '=', snapshot.destination_id)
    .execute();
}

function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
