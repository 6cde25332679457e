import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import { stateProblem } from '../container/container.ts';
import type { Detection } from '../source.ts';
import { conventionalNames } from './credentials.ts';
import { isPostgresImage } from './image-name.ts';
import { type PostgresLocator, settingsFromLabels } from './locator.ts';
import { whatRuns } from './server-command.ts';

const kindLabel = 'holdfast.kind';
const kind = 'postgres';
const serverPort = '5432/tcp';

/**
 * Whether a container is a PostgreSQL server: a label says so, its image is a well-known one, or its
 * environment and command are those of a server. Variables alone say nothing: whatever connects to a server has
 * the same ones.
 */
export function detectPostgres(container: ContainerDetails): Detection<PostgresLocator> | undefined {
  const label = container.labels[kindLabel];
  if (label === undefined ? !looksLikeServer(container) : label !== kind) return undefined;
  const problem = stateProblem(container) ?? problemOfLabels(container);
  return {
    locator: { container: { id: container.id, name: container.name } },
    dataPaths: [dataFolder(container)],
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The official image's PGDATA, Bitnami's variable, else where both and Debian keep their clusters. */
function dataFolder({ environment }: ContainerDetails): string {
  const given = ['PGDATA', 'POSTGRESQL_DATA_DIR'].map((name) => environment.get(name)?.reveal());
  return given.find((folder) => folder?.startsWith('/')) ?? '/var/lib/postgresql';
}

function looksLikeServer(container: ContainerDetails): boolean {
  const runs = whatRuns(container);
  if (runs === 'client') return false;
  if (runs !== 'server' && connectsElsewhere(container)) return false;
  if (isPostgresImage(container.image)) return true;
  if (!hasServerVariables(container)) return false;
  // The variable of the data directory comes with the image of a server; so does the port.
  const exposed = container.exposedPorts.includes(serverPort);
  const dataDirectory =
    container.environment.has('PGDATA') || container.environment.has('POSTGRESQL_DATA_DIR');
  return runs === 'server' ? exposed || dataDirectory : exposed && dataDirectory;
}

function hasServerVariables({ environment }: ContainerDetails): boolean {
  return (
    environment.has('PGDATA') ||
    conventionalNames.some((name) => environment.has(name) || environment.has(`${name}_FILE`)) ||
    environment.has('POSTGRES_HOST_AUTH_METHOD')
  );
}

/** Whether a variable names a server that is not in the container itself. */
function connectsElsewhere({ environment }: ContainerDetails): boolean {
  return ['POSTGRES_HOST', 'POSTGRESQL_HOST', 'PGHOST'].some((name) => {
    const host = environment.get(name)?.reveal() ?? '';
    return host !== '' && !host.startsWith('/') && !/^(localhost|127\.0\.0\.1|::1)$/.test(host);
  });
}

function problemOfLabels(container: ContainerDetails): string | undefined {
  try {
    settingsFromLabels(container.labels);
    return undefined;
  } catch (error) {
    return asHoldfastError(error).message;
  }
}
