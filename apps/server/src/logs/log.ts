export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a line is about. Closed, and plain values only: there is no place that a secret could hide in. */
export interface LogFields {
  readonly operationId?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly source?: string;
  readonly destination?: string;
  /** Of the error catalogue. */
  readonly code?: string;
  readonly durationMs?: number;
  readonly method?: string;
  /** As it was declared, without what stands in its place: `/v1/operations/:id`. */
  readonly route?: string;
  readonly status?: number;
  /** The id of who asked. */
  readonly principal?: string;
}

/** Tells the course of the server, one line each; never on standard output, which belongs to commands. */
export type Log = (level: LogLevel, message: string, error?: unknown, fields?: LogFields) => void;
