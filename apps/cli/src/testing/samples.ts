import { randomUUID } from 'node:crypto';
import type {
  Alert,
  BackupItem,
  DrillItem,
  Operation,
  RecoveryPoint,
  Snapshot,
  Source,
} from '@holdfast/contracts';

const time = '2026-11-22T02:00:00.000Z';

export function aSource(fields: Partial<Source> = {}): Source {
  return {
    id: randomUUID(),
    name: 'shop-db',
    kind: 'postgres',
    server: 'local',
    environment: 'shop',
    container: 'shop-db',
    declared: false,
    present: true,
    protected: true,
    ...fields,
  };
}

export function aSnapshot(fields: Partial<Snapshot> = {}): Snapshot {
  const resticId = fields.resticId ?? '4bba301e'.padEnd(64, '0');
  return {
    id: randomUUID(),
    resticId,
    source: 'shop-db',
    kind: 'postgres',
    time,
    bytes: 983_040,
    bytesAdded: 1024,
    durationMs: 1500,
    destination: 'disk',
    state: 'good',
    parts: [{ path: '/shop.dump', resticId, bytes: 983_040 }],
    counts: { 'shop.public.orders': 12 },
    ...fields,
  };
}

export function anOperation(fields: Partial<Operation> = {}): Operation {
  return {
    id: randomUUID(),
    kind: 'backup',
    state: 'running',
    attempt: 1,
    createdAt: time,
    startedAt: time,
    ...fields,
  };
}

export function aPoint(fields: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const member = (source: string, kind: string) => ({
    sourceId: randomUUID(),
    snapshotId: randomUUID(),
    source,
    kind,
  });
  return {
    id: randomUUID(),
    environment: 'shop',
    destination: 'disk',
    time,
    state: 'complete',
    operationId: randomUUID(),
    members: [member('shop-db', 'postgres'), member('shop_files', 'volume')],
    definition: member('shop.environment', 'environment'),
    ...fields,
  };
}

export function anItem(fields: Partial<BackupItem> = {}): BackupItem {
  return {
    source: 'shop-db',
    kind: 'postgres',
    operationId: randomUUID(),
    state: 'succeeded',
    snapshotId: randomUUID(),
    destination: 'disk',
    bytesRead: 983_040,
    bytesAdded: 1024,
    durationMs: 1500,
    ...fields,
  };
}

export function aDrill(fields: Partial<DrillItem> = {}): DrillItem {
  return {
    source: 'shop-db',
    kind: 'postgres',
    operationId: randomUUID(),
    state: 'succeeded',
    snapshotId: randomUUID(),
    snapshotTime: time,
    compared: { 'rows/shop/public.orders': 12, 'rows/shop/public.customers': 30 },
    hashes: 2,
    durationMs: 83_000,
    ...fields,
  };
}

export function anAlert(fields: Partial<Alert> = {}): Alert {
  return {
    id: randomUUID(),
    code: 'drill-failed',
    severity: 'critical',
    state: 'open',
    subject: { kind: 'source', id: randomUUID(), name: 'shop-db' },
    message: 'The snapshot could not be proven.',
    hint: 'Look at it.',
    since: time,
    lastSeen: time,
    occurrences: 1,
    ...fields,
  };
}
