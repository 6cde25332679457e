import type { AccessControl } from './access-control.ts';
import { addAlertRoutes } from './alerts/alerts.routes.ts';
import type { App } from './app.ts';
import { addAuditRoutes } from './audit/audit.routes.ts';
import { addBackupRoutes } from './backups/backups.routes.ts';
import { addConfigurationRoutes } from './configuration/configuration.routes.ts';
import { addDestinationRoutes } from './destinations/destinations.routes.ts';
import { addDoctorRoutes } from './doctor/doctor.routes.ts';
import type { DoctorParts } from './doctor/doctor.service.ts';
import { addDrillRoutes } from './drills/drills.routes.ts';
import { addEnvironmentRoutes } from './environments/environments.routes.ts';
import type { HttpApp } from './http/http-app.ts';
import { addKeyRoutes } from './keys/keys.routes.ts';
import { addMaintenanceRoutes } from './maintenance/maintenance.routes.ts';
import { addMetricsRoutes } from './metrics/metrics.routes.ts';
import { addChannelRoutes } from './notifications/channels.routes.ts';
import { addOperationRoutes } from './operations/operations.routes.ts';
import { addOverviewRoutes } from './overview/overview.routes.ts';
import { addEntryRoutes, addPeopleRoutes } from './people/people.routes.ts';
import { addSecondFactorRoutes } from './people/second-factor.routes.ts';
import { addPlanRoutes } from './plans/plans.routes.ts';
import { addRecoveryPointRoutes } from './recovery-points/recovery-points.routes.ts';
import { addRestoreRoutes } from './restores/restores.routes.ts';
import { addRetentionRoutes } from './retention/retention.routes.ts';
import { addSelfBackupRoutes } from './self-backups/self-backups.routes.ts';
import { addSessionRoutes } from './sessions/sessions.routes.ts';
import { addOidcRoutes } from './sign-in/oidc.routes.ts';
import { addSignInRoutes, createOpenSession } from './sign-in/sign-in.routes.ts';
import { addSnapshotEntryRoutes } from './snapshot-entries/snapshot-entries.routes.ts';
import { addSnapshotRoutes } from './snapshots/snapshots.routes.ts';
import { addSourceRoutes } from './sources/sources.routes.ts';
import { addTokenRoutes } from './tokens/tokens.routes.ts';

/** Every route of the API. */
export function addRoutes(http: HttpApp, app: App, doctor: DoctorParts): void {
  const { sources, operations, snapshots, destinations, retention } = app;
  addSourceRoutes(http, sources, app.protection);
  addPlanRoutes(http, { preview: app.planPreview, backups: app.backups, retention, operations });
  addBackupRoutes(http, app.backups, operations);
  addRestoreRoutes(http, app.restores, operations);
  addEnvironmentRoutes(http, app.environments, operations, app.environmentSummaries);
  addOverviewRoutes(http, app.overview);
  addDrillRoutes(http, app.drills, sources, operations);
  addAlertRoutes(http, app.alerts);
  addChannelRoutes(http, app.channels);
  addConfigurationRoutes(http, app.configuration);
  addOperationRoutes(http, operations, app.instanceEvents);
  addSnapshotRoutes(http, { snapshots, sources, destinations, retention });
  addSnapshotEntryRoutes(http, app.snapshotEntries, snapshots);
  addRecoveryPointRoutes(http, app.recoveryPoints, destinations);
  addDestinationRoutes(http, destinations, snapshots);
  addRetentionRoutes(http, retention, sources, operations);
  addSelfBackupRoutes(http, app);
  addMaintenanceRoutes(http, app.maintenance, operations);
  addDoctorRoutes(http, doctor);
  addMetricsRoutes(http, app.metrics, app.metricsAccess);
  addKeyRoutes(http, app, doctor.clock);
  addAccessRoutes(http, app.access);
}

function addAccessRoutes(http: HttpApp, access: AccessControl): void {
  const parts = { ...access, open: createOpenSession(access) };
  addEntryRoutes(http, parts);
  addSignInRoutes(http, parts);
  addOidcRoutes(http, parts);
  addSecondFactorRoutes(http, access.secondFactor, access.signIn);
  addPeopleRoutes(http, access.people);
  addSessionRoutes(http, access.sessions);
  addTokenRoutes(http, access.tokens);
  addAuditRoutes(http, access.audit);
}
