import {
  alertSchema,
  backupItemSchema,
  destinationSchema,
  doctorReportSchema,
  drillItemSchema,
  drillSchema,
  environmentPreflightSchema,
  environmentSchema,
  failureSchema,
  instanceEventSchema,
  logLineSchema,
  operationEventSchema,
  operationSchema,
  overviewSchema,
  probeResultSchema,
  problemSchema,
  progressSchema,
  proofSchema,
  recoveryPointSchema,
  retentionDecisionSchema,
  snapshotPartSchema,
  snapshotSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { z } from 'zod';

/** The answers that the document describes once and refers to by these names; all others are written out in place. */
export const componentNames = z.registry<{ id: string }>();

for (const [id, schema] of Object.entries({
  Alert: alertSchema,
  BackupItem: backupItemSchema,
  Destination: destinationSchema,
  DoctorReport: doctorReportSchema,
  Drill: drillSchema,
  DrillItem: drillItemSchema,
  Environment: environmentSchema,
  EnvironmentPreflight: environmentPreflightSchema,
  Failure: failureSchema,
  InstanceEvent: instanceEventSchema,
  LogLine: logLineSchema,
  Operation: operationSchema,
  OperationEvent: operationEventSchema,
  Overview: overviewSchema,
  ProbeResult: probeResultSchema,
  Problem: problemSchema,
  Progress: progressSchema,
  Proof: proofSchema,
  RecoveryPoint: recoveryPointSchema,
  RetentionDecision: retentionDecisionSchema,
  Snapshot: snapshotSchema,
  SnapshotPart: snapshotPartSchema,
  Source: sourceSchema,
})) {
  componentNames.add(schema, { id });
}
