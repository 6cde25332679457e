import type { CaptureFacts } from '../source.ts';
import type { ConnectedServer } from './connected-server.ts';
import type { Counted } from './count-rows.ts';
import type { DatabaseProperties } from './database-properties.ts';
import type { DatabaseSnapshot } from './database-snapshot.ts';
import type { PostgresDetails } from './details.ts';
import { databasePartPath } from './names.ts';
import type { FoundDatabase, Survey } from './survey.ts';

/** What is known of one database when its dump was written. */
export interface CapturedDatabase {
  readonly database: FoundDatabase;
  readonly snapshot: Pick<DatabaseSnapshot, 'extensions' | 'foreignTables'>;
  readonly properties: DatabaseProperties;
  readonly counted: Counted;
  /** By the same keys as the counts of rows. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** Names in a warning; a database can have thousands of tables. */
const longestList = 20;

/** What the manifest of a snapshot says, put together from what the parts of the capture learned. */
export function captureFacts(
  connected: ConnectedServer,
  survey: Survey,
  captured: readonly CapturedDatabase[],
  globals: Uint8Array,
): CaptureFacts {
  const details: PostgresDetails = {
    serverVersion: connected.version,
    serverVersionText: connected.versionText,
    superuser: connected.superuser,
    preloadLibraries: connected.preloadLibraries,
    databases: captured.map(({ database, snapshot, properties }) => ({
      name: database.name,
      part: databasePartPath(database.name),
      bytes: database.bytes,
      properties,
      extensions: snapshot.extensions,
    })),
    skippedDatabases: survey.skipped.map(({ name, reason }) => ({ name, reason })),
    roles: { attachment: 'globals.sql', passwords: connected.superuser },
  };
  return {
    counts: Object.assign({}, ...captured.map(({ counted }) => counted.counts)) as CaptureFacts['counts'],
    hashes: Object.assign({}, ...captured.map(({ hashes }) => hashes)) as CaptureFacts['hashes'],
    versions: { postgresql: connected.versionText, pg_dump: connected.programsVersion },
    warnings: [...serverWarnings(connected, survey), ...captured.flatMap(databaseWarnings)],
    details,
    attachments: [{ name: details.roles.attachment, content: globals }],
  };
}

function serverWarnings({ superuser, server }: ConnectedServer, survey: Survey): string[] {
  const warnings: string[] = [];
  if (!superuser) {
    warnings.push(
      `The role "${server.user}" is not a superuser: the backup holds the databases that it may read, and roles without their passwords.`,
    );
  }
  for (const { name, reason, expected } of survey.skipped) {
    if (!expected) warnings.push(`The database "${name}" is not in the backup: ${reason}.`);
  }
  if (survey.tablespaces.length > 0) {
    warnings.push(
      `The server has tablespaces of its own (${list(survey.tablespaces)}): what is in them is in the backup, their places on disk are not.`,
    );
  }
  return warnings;
}

function databaseWarnings({ database, snapshot, counted }: CapturedDatabase): string[] {
  const warnings: string[] = [];
  if (snapshot.foreignTables.length > 0) {
    warnings.push(
      `Foreign tables of database "${database.name}" are in the backup without their rows, which are elsewhere: ${list(snapshot.foreignTables)}.`,
    );
  }
  const byReason = Map.groupBy(counted.notCounted, ({ reason }) => reason);
  for (const [reason, tables] of byReason) {
    warnings.push(
      `Not counted in database "${database.name}", because ${reason}: ${list(tables.map(({ what }) => what))}.`,
    );
  }
  return warnings;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, longestList).join(', ');
  return names.length > longestList ? `${shown} and ${names.length - longestList} more` : shown;
}
