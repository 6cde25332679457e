import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import { stateProblem } from '../container/container.ts';
import type { Detection } from '../source.ts';
import { conventionalNames } from './credentials.ts';
import { dataPathsOf } from './data-paths.ts';
import { isMysqlImage } from './image-name.ts';
import { type MysqlLocator, settingsFromLabels } from './locator.ts';
import { whatRuns } from './server-command.ts';

const kindLabel = 'holdfast.kind';
const kind = 'mysql';
const serverPort = '3306/tcp';

/**
 * Whether a container is a MySQL or MariaDB server: a label says so, its image is a well-known one, or its
 * environment and command are those of a server. Variables alone say nothing: whatever connects to a server
 * (WordPress, phpMyAdmin) has the same ones.
 */
export function detectMysql(container: ContainerDetails): Detection<MysqlLocator> | undefined {
  const label = container.labels[kindLabel];
  if (label === undefined ? !looksLikeServer(container) : label !== kind) return undefined;
  const problem = stateProblem(container) ?? problemOfLabels(container);
  return {
    locator: { container: { id: container.id, name: container.name } },
    dataPaths: dataPathsOf(container),
    ...(problem === undefined ? {} : { problem }),
  };
}

function looksLikeServer(container: ContainerDetails): boolean {
  const runs = whatRuns(container);
  if (runs === 'client') return false;
  if (runs !== 'server' && connectsElsewhere(container)) return false;
  if (isMysqlImage(container.image)) return true;
  const { environment, exposedPorts } = container;
  const named = conventionalNames.some((name) => environment.has(name) || environment.has(`${name}_FILE`));
  return runs === 'server' && (named || exposedPorts.includes(serverPort));
}

/** Whether a variable names a server that is not in the container itself. */
function connectsElsewhere({ environment }: ContainerDetails): boolean {
  return ['MYSQL_HOST', 'MARIADB_HOST', 'WORDPRESS_DB_HOST', 'PMA_HOST', 'DB_HOST'].some((name) => {
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
