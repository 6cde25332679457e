export interface ResticSettings {
  /** Name or path of the program. */
  readonly binary: string;
  /** Where restic keeps what it read of repositories; without it, in its own default place. */
  readonly cacheDirectory?: string;
  /** How long to wait for a lock that somebody else holds. */
  readonly lockWaitMs: number;
  /** restic retries even hopeless requests for 15 minutes; this is when to stop it. */
  readonly retryDeadlineMs: number;
  /** A file with version, origin and sha256 of the binary that set-up installed. */
  readonly manifestFile?: string;
}

export type ResticOptions = { readonly [Name in keyof ResticSettings]?: ResticSettings[Name] };

export function resticSettings(options: ResticOptions = {}): ResticSettings {
  return { binary: 'restic', lockWaitMs: 10 * 60_000, retryDeadlineMs: 2 * 60_000, ...options };
}
