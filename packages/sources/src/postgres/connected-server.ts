import type { ContainerDetails, DockerHost } from '@holdfast/docker';
import type { ConnectionSettings } from './locator.ts';
import type { PostgresServer } from './psql.ts';
import type { ServerFacts } from './server-facts.ts';

/** A server that lets Holdfast in, and what is known of it. */
export interface ConnectedServer extends ServerFacts {
  /** For words: `container shop-db`, or a host and port. */
  readonly name: string;
  /** Where it runs in one. */
  readonly container?: { readonly details: ContainerDetails; readonly docker: DockerHost };
  readonly server: PostgresServer;
  readonly settings: Pick<ConnectionSettings, 'database'>;
  /** Of the programs that `server` names, as they say it themselves. */
  readonly programsVersion: string;
}

/** The name that sessions of an operation have in pg_stat_activity. */
export function applicationName(operationId: string): string {
  return `holdfast ${operationId}`;
}
