import type { AlertCode, Failure, Severity } from '@holdfast/contracts';

/** A channel as it is stored. */
export interface StoredChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Without the secret ones. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly minSeverity: Severity;
  readonly codes?: readonly AlertCode[];
  readonly environments?: readonly string[];
  readonly windowSeconds: number;
  readonly createdAt: string;
  readonly lastSuccess?: string;
  readonly lastError?: Failure & { readonly time: string };
}
