export type { Job, JobControl, SourceIdentity, WorkerPorts } from './job.ts';
export { type BackupControl, type BackupJob, type BackupOutcome, runBackup } from './run-backup.ts';
export { type RestoreJob, readManifest, runRestore } from './run-restore.ts';
export { operationTag } from './tags.ts';
