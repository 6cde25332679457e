import { summarise } from '../files/compare-counts.ts';
import type { CaptureFacts } from '../source.ts';
import type { ConnectedServer } from './connect.ts';
import type { Counted } from './count-schema.ts';
import type { MysqlDetails } from './details.ts';
import { contentHashKey, programsAttachment, rowCountKey, schemaPartPath } from './names.ts';
import { creationScript, type Program } from './schema-objects.ts';
import type { FoundSchema, Survey } from './survey.ts';
import type { TableInfo } from './tables.ts';
import { type User, usersAsScript, usersAttachment, usersScript } from './users.ts';

/** What is known of one schema when its dump was written. */
export interface CapturedSchema {
  readonly schema: FoundSchema;
  readonly tables: readonly TableInfo[];
  /** Triggers, views and events. */
  readonly programs: readonly Program[];
  readonly counted: Counted;
  /** Why the counts may be of another state than the dump. */
  readonly inexact: string | undefined;
}

/** Names in a warning; a schema can have thousands of tables. */
const longestList = 20;

/**
 * What the manifest of a snapshot says, put together from what the parts of the capture learned.
 *
 * @param users or why they could not be read
 */
export function captureFacts(
  connected: ConnectedServer,
  survey: Survey,
  captured: readonly CapturedSchema[],
  users: readonly User[] | string,
): CaptureFacts {
  const known = typeof users === 'string' ? undefined : users;
  const details: MysqlDetails = {
    family: connected.family,
    serverVersion: connected.version,
    serverVersionText: connected.versionText,
    schemas: captured.map(({ schema, programs, inexact }) => ({
      name: schema.name,
      part: schemaPartPath(schema.name),
      bytes: schema.bytes,
      characterSet: schema.characterSet,
      collation: schema.collation,
      programs: [...programs],
      exact: inexact === undefined,
    })),
    skippedSchemas: survey.skipped.map(({ name, reason }) => ({ name, reason })),
    ...(known === undefined ? {} : { users: usersAttachment }),
  };
  const comparable = captured.map(withoutMovingTables);
  return {
    counts: Object.assign({}, ...comparable.map(({ counts }) => counts)) as CaptureFacts['counts'],
    hashes: Object.assign({}, ...comparable.map(({ hashes }) => hashes)) as Record<string, string>,
    versions: {
      [connected.family]: connected.versionText,
      [connected.server.programs.family === 'mariadb' ? 'mariadb-dump' : 'mysqldump']:
        connected.server.programs.version,
    },
    warnings: [
      ...serverWarnings(connected),
      ...(typeof users === 'string' ? [`Users and their privileges are not in the backup. ${users}`] : []),
      ...captured.flatMap(schemaWarnings),
    ],
    details,
    attachments: attachmentsOf(captured, known),
  };
}

/** A table without transactions may have changed between its count and its dump. */
function withoutMovingTables({ schema, tables, counted, inexact }: CapturedSchema) {
  const counts = { ...counted.counts };
  const hashes = inexact === undefined ? { ...counted.hashes } : {};
  for (const { name, transactional } of tables) {
    if (transactional) continue;
    delete counts[rowCountKey({ schema: schema.name, table: name })];
    delete hashes[contentHashKey({ schema: schema.name, table: name })];
  }
  return { counts, hashes };
}

function serverWarnings({ limited, server }: ConnectedServer): string[] {
  if (!limited) return [];
  return [
    `No password of root is known: the backup holds what the user "${server.user}" of the application may see; other databases, users and their privileges are missing from it.`,
  ];
}

function schemaWarnings({ schema, tables, counted, inexact }: CapturedSchema): string[] {
  const warnings: string[] = [];
  const moving = tables.filter(({ transactional }) => !transactional).map(({ name }) => name);
  if (moving.length > 0) {
    warnings.push(
      `Tables of database "${schema.name}" whose engine has no transactions may have changed while they were read, and were not counted: ${summarise(moving, longestList)}.`,
    );
  }
  if (inexact !== undefined) {
    warnings.push(
      `The row counts of database "${schema.name}" are approximate, and a restore will not compare them: ${inexact}`,
    );
  }
  for (const [reason, missed] of Map.groupBy(counted.notCounted, (one) => one.reason)) {
    const names = missed.map(({ what }) => what);
    warnings.push(
      `Not counted in database "${schema.name}", because ${reason}: ${summarise(names, longestList)}.`,
    );
  }
  return warnings;
}

function attachmentsOf(captured: readonly CapturedSchema[], users: readonly User[] | undefined) {
  const text = (name: string, content: string) => ({ name, content: Buffer.from(content) });
  return [
    ...(users === undefined
      ? []
      : [text(usersAttachment, JSON.stringify(users)), text(usersScript, usersAsScript(users))]),
    ...captured
      .filter(({ programs }) => programs.length > 0)
      .map(({ schema, programs }) => text(programsAttachment(schema.name), creationScript(programs))),
  ];
}
