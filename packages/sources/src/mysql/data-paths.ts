import type { ContainerDetails } from '@holdfast/docker';

/** Of the official images and most others. */
const officialDataPath = '/var/lib/mysql';
/** Where images of other makers keep the data, when something is mounted there. */
const otherDataPaths = [
  '/bitnami/mariadb',
  '/bitnami/mysql',
  '/config/databases',
  '/config',
  '/var/lib/mysql/data',
];

/** The folders inside the container that hold its databases. */
export function dataPathsOf({ mounts }: Pick<ContainerDetails, 'mounts'>): readonly string[] {
  const mounted = new Set(mounts.map(({ destination }) => destination));
  return [officialDataPath, ...otherDataPaths.filter((path) => mounted.has(path))];
}
