import type { ApiClient } from './api/api-client.ts';
import type { Host } from './host.ts';
import type { Output } from './output/output.ts';

/** What every command gets. */
export interface CommandContext {
  readonly host: Host;
  readonly output: Output;
  /** Connects on first use; where no server runs, one is started inside this process. */
  client(): Promise<ApiClient>;
  /** `--data-dir`, where given. */
  readonly dataDirectory?: string;
}
