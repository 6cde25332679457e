import { HoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import type { ConnectedServer } from './connected-server.ts';
import { hostRunner } from './host-runner.ts';
import { type NetworkLocator, nameOfLocator } from './locator.ts';
import { bestProgramsFor, type ClientPrograms, lookForPrograms } from './programs.ts';
import { firstThatLetsIn } from './server-facts.ts';

/** The client programs of this host. */
export function findHostPrograms(signal: AbortSignal): Promise<ClientPrograms[]> {
  return lookForPrograms(hostRunner, signal);
}

/**
 * Connects by TCP, with client programs of Holdfast's own host and the password of the declaration.
 *
 * @throws HoldfastError `program-missing` where the host has no client programs, or only older ones than the server;
 *   `source-unreachable`, `credentials-rejected`, `dump-failed` with the server's words
 */
export async function connectNetwork(
  locator: NetworkLocator,
  context: Pick<CaptureContext, 'secrets' | 'signal'>,
  applicationName: string,
  find: typeof findHostPrograms = findHostPrograms,
): Promise<ConnectedServer> {
  const { host, port, user, database, sslMode } = locator.network;
  const name = nameOfLocator(locator);
  const password = context.secrets?.['password'];
  const programs = await find(context.signal);
  const [first] = programs;
  if (first === undefined) {
    throw new HoldfastError(
      'program-missing',
      `To reach ${name} Holdfast needs psql, pg_dump and pg_restore on its own host, and there are none.`,
      { hint: 'Install them there (Debian and Ubuntu: the package postgresql-client), then try again.' },
    );
  }
  const base = {
    runner: hostRunner,
    user,
    ...(password === undefined ? {} : { password }),
    port,
    remote: true,
    ...(sslMode === undefined ? {} : { sslMode }),
    applicationName,
    programs: first.directory,
  };
  const databases = [
    ...new Set([...(database === undefined ? [user] : [database, user]), 'postgres', 'template1']),
  ];
  const { server, facts } = await firstThatLetsIn(base, { hosts: [host], databases }, context.signal).catch(
    (error: unknown) => {
      throw inWordsOfTheNetwork(error, name);
    },
  );
  const major = Math.floor(facts.version / 10_000);
  const chosen = bestProgramsFor(programs, major);
  if (chosen === undefined) {
    throw new HoldfastError(
      'program-missing',
      `The server ${name} is PostgreSQL ${major}; the client programs on Holdfast's own host are older (${programs.map((one) => one.version).join(', ')}).`,
      {
        hint: `Install those of PostgreSQL ${major} or newer there (Debian and Ubuntu: the package postgresql-client-${major}), then try again.`,
      },
    );
  }
  return {
    name,
    server: { ...server, programs: chosen.directory },
    settings: database === undefined ? {} : { database },
    programsVersion: chosen.version,
    ...facts,
  };
}

/** What libpq says where no server answered; one that did begins its words with FATAL or ERROR. */
const unreachableWords =
  /could not translate host name|connection to server [^\n]* failed: (?!FATAL|ERROR|fe_sendauth)/;

function inWordsOfTheNetwork(error: unknown, name: string): unknown {
  if (!(error instanceof HoldfastError)) return error;
  if (error.code === 'credentials-rejected') {
    return new HoldfastError('credentials-rejected', `${name}: ${error.message}`, {
      hint: 'Declare the source again with the user and password that the server knows.',
      cause: error,
    });
  }
  if (error.code === 'dump-failed' && unreachableWords.test(error.message)) {
    return new HoldfastError('source-unreachable', `${name}: ${error.message}`, { cause: error });
  }
  return error;
}
