import type { Migration } from 'kysely/migration';
import { foundation } from './0001-foundation.ts';
import { environments } from './0002-environments.ts';
import { drills } from './0003-drills.ts';
import { stoppedServices } from './0004-stopped-services.ts';
import { environmentRestores } from './0006-environment-restores.ts';
import { alertSubjects } from './0007-alert-subjects.ts';
import { people } from './0008-people.ts';
import { plans } from './0009-plans.ts';
import { keys } from './0010-keys.ts';
import { selfBackups } from './0011-self-backups.ts';
import { notifications } from './0012-notifications.ts';
import { metrics } from './0013-metrics.ts';
import { indexes } from './0014-indexes.ts';
import { snapshotsByPlace } from './0015-snapshots-by-place.ts';

/** In order. A migration is never changed after it was released; a new one is added below. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-environments': environments,
  '0003-drills': drills,
  '0004-stopped-services': stoppedServices,
  '0006-environment-restores': environmentRestores,
  '0007-alert-subjects': alertSubjects,
  '0008-people': people,
  '0009-plans': plans,
  '0010-keys': keys,
  '0011-self-backups': selfBackups,
  '0012-notifications': notifications,
  '0013-metrics': metrics,
  '0014-indexes': indexes,
  '0015-snapshots-by-place': snapshotsByPlace,
};

/** The number of the newest one. */
export const schemaVersion = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)));
