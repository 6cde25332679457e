import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '@holdfast/contracts';
import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Rehearsal } from '../source.ts';
import { clientEnvironment, connectionOptions, mysqlError } from './client.ts';
import { connectServer } from './connect.ts';
import { dataPathsOf } from './data-paths.ts';
import { mysqlDetailsSchema } from './details.ts';
import type { MysqlLocator } from './locator.ts';

/** Variables by which images are told to make or fetch something that a drill has no use for. */
const emptied = [
  'ROOT_PASSWORD_FILE',
  'ALLOW_EMPTY_ROOT_PASSWORD',
  'ALLOW_EMPTY_PASSWORD',
  'RANDOM_ROOT_PASSWORD',
  'DATABASE',
  'DATABASE_FILE',
  'USER',
  'USER_FILE',
  'PASSWORD',
  'PASSWORD_FILE',
  'PASSWORD_HASH',
  'ROOT_PASSWORD_HASH',
  'REPLICATION_MODE',
  'MASTER_HOST',
];

/** System schemas, undo and redo logs and temporary files of a server without data, with room to grow. */
const emptyServerBytes = 512 * 1024 * 1024;
/** Indexes are built while rows come, and pages fill less evenly. */
const growth = 1.5;

/** A server like the original, with a root password of its own and no data. */
export function rehearseMysql(original: ContainerDetails, manifest: Manifest): Rehearsal<MysqlLocator> {
  const details = mysqlDetailsSchema.safeParse(manifest.details).data;
  const bytes = details?.schemas.reduce((sum, schema) => sum + schema.bytes, 0);
  const password = randomBytes(24).toString('base64url');
  const environment: Record<string, string> = {};
  for (const prefix of ['MARIADB', 'MYSQL']) {
    for (const name of emptied) {
      if (original.environment.has(`${prefix}_${name}`)) environment[`${prefix}_${name}`] = '';
    }
    environment[`${prefix}_ROOT_PASSWORD`] = password;
  }
  const locatorOf = ({ id, name }: ContainerDetails): MysqlLocator => ({
    container: { id, name },
    // The labels of the original may name other variables.
    settings: { user: 'root', passwordEnv: 'MARIADB_ROOT_PASSWORD' },
  });
  return {
    dataPaths: dataPathsOf(original),
    ...(bytes === undefined ? {} : { expectedBytes: bytes * growth + emptyServerBytes }),
    environment,
    locator: locatorOf,
    async ready(container, context) {
      for (;;) {
        try {
          // While it makes its own schemas, a server listens on its socket only, then it starts anew.
          await answersByTcp(locatorOf(container), context);
          return;
        } catch (error) {
          const known = asHoldfastError(error);
          if (context.signal.aborted || known.code === 'container-not-running') {
            throw new HoldfastError(
              'timed-out',
              `The server for the drill did not answer: ${known.message}`,
              {
                cause: error,
              },
            );
          }
        }
        await sleep(500, undefined, { signal: context.signal }).catch(() => {});
      }
    },
  };
}

/** Resolves when the server listens on an address. @throws HoldfastError when it does not, or nobody is let in */
export async function answersByTcp(
  locator: MysqlLocator,
  context: Parameters<Rehearsal<MysqlLocator>['ready']>[1],
): Promise<void> {
  const { server } = await connectServer(locator, context);
  const { exitCode, stderr } = await server.runner.run({
    command: [
      server.programs.client,
      ...connectionOptions({ ...server, host: '127.0.0.1' }),
      '--execute=DO 0',
    ],
    environment: clientEnvironment(server),
    signal: context.signal,
    timeoutMs: 15_000,
  });
  // Refused is an answer, too.
  if (exitCode !== 0 && /ERROR 20(02|03) /.test(stderr)) throw mysqlError(stderr);
}
