import { HoldfastError } from '@holdfast/runtime';
import type { BackupResult } from '../engine.ts';
import type { ResticSummary } from './restic-output.ts';

/** @throws HoldfastError `engine-failed` when restic did not say which snapshot it made */
export function backupResult(summary: ResticSummary | undefined): BackupResult {
  if (summary?.snapshot_id === undefined) {
    throw new HoldfastError('engine-failed', 'restic ended without naming the snapshot that it made.');
  }
  return {
    resticId: summary.snapshot_id,
    bytesRead: summary.total_bytes_processed ?? 0,
    bytesAdded: summary.data_added_packed ?? summary.data_added ?? 0,
    files: summary.total_files_processed ?? 0,
    folders: (summary.dirs_new ?? 0) + (summary.dirs_changed ?? 0) + (summary.dirs_unmodified ?? 0),
  };
}
