export type { DrillPlaces } from './drill/drill-folder.ts';
export type { DrillLimits } from './drill/limits.ts';
export { drillLabel } from './drill/throwaway-definition.ts';
export type { Job, JobControl, SourceIdentity, WorkerPorts } from './job.ts';
export { type BackupControl, type BackupJob, type BackupOutcome, runBackup } from './run-backup.ts';
export { type DrillJob, type DrillOutcome, purgeDrills, runDrill } from './run-drill.ts';
export { type RestoreJob, readManifest, runRestore } from './run-restore.ts';
export { operationTag } from './tags.ts';
