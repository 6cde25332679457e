import { environmentRestoreResultSchema, type Operation, restoreResultSchema } from '@holdfast/contracts';
import { EnvironmentRestoreReport } from './environment-restore-report.tsx';
import { RestoreReport } from './restore-report.tsx';

/** What came out of an operation, where its kind has more to tell than its state. */
export function OperationResult({ operation }: { readonly operation: Operation }) {
  const { kind, state, source, result } = operation;
  if (state !== 'succeeded' || result === undefined || kind !== 'restore') return null;
  const whole = environmentRestoreResultSchema.safeParse(result);
  if (whole.success) return <EnvironmentRestoreReport result={whole.data} />;
  const one = restoreResultSchema.safeParse(result);
  return one.success && source !== undefined ? <RestoreReport result={one.data} source={source} /> : null;
}
