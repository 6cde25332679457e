import { addAlertRoutes } from './alerts/alerts.routes.ts';
import type { App } from './app.ts';
import { addBackupRoutes } from './backups/backups.routes.ts';
import { addDestinationRoutes } from './destinations/destinations.routes.ts';
import { addDoctorRoutes } from './doctor/doctor.routes.ts';
import type { DoctorParts } from './doctor/doctor.service.ts';
import { addDrillRoutes } from './drills/drills.routes.ts';
import { addEnvironmentRoutes } from './environments/environments.routes.ts';
import type { HttpApp } from './http/http-app.ts';
import { addMaintenanceRoutes } from './maintenance/maintenance.routes.ts';
import { addOperationRoutes } from './operations/operations.routes.ts';
import { addOverviewRoutes } from './overview/overview.routes.ts';
import { addRecoveryPointRoutes } from './recovery-points/recovery-points.routes.ts';
import { addRestoreRoutes } from './restores/restores.routes.ts';
import { addRetentionRoutes } from './retention/retention.routes.ts';
import { addSnapshotRoutes } from './snapshots/snapshots.routes.ts';
import { addSourceRoutes } from './sources/sources.routes.ts';
import { recoveryKit } from './vault/recovery-kit.ts';
import { addVaultRoutes } from './vault/vault.routes.ts';

/** Every route of the API. */
export function addRoutes(http: HttpApp, app: App, doctor: DoctorParts): void {
  const { sources, operations, snapshots, destinations, retention } = app;
  addSourceRoutes(http, sources);
  addBackupRoutes(http, app.backups, operations);
  addRestoreRoutes(http, app.restores, operations);
  addEnvironmentRoutes(http, app.environments, operations, app.environmentSummaries);
  addOverviewRoutes(http, app.overview);
  addDrillRoutes(http, app.drills, sources, operations);
  addAlertRoutes(http, app.alerts);
  addOperationRoutes(http, operations, app.instanceEvents);
  addSnapshotRoutes(http, { snapshots, sources, destinations, retention });
  addRecoveryPointRoutes(http, app.recoveryPoints, destinations);
  addDestinationRoutes(http, destinations, snapshots);
  addRetentionRoutes(http, retention, sources, operations);
  addMaintenanceRoutes(http, app.maintenance, operations);
  addDoctorRoutes(http, doctor);
  addVaultRoutes(http, () => recoveryKit(app));
}
