import { lastNameOf } from '../container/image-name.ts';

/**
 * The last component of the names that MySQL, MariaDB and their well-known relatives have, wherever they are mirrored.
 * Exact: `mysqld-exporter`, `mysql-backup-s3` or `mariadb-maxscale` are none.
 */
const serverNames: ReadonlySet<string> = new Set([
  'mariadb',
  'mariadb-galera',
  'mysql',
  'mysql-server',
  'community-server',
  'percona',
  'percona-server',
  'percona-xtradb-cluster',
]);

/** Whether an image by this name is one of a MySQL or MariaDB server. An image that has only an id is unknown: no. */
export function isMysqlImage(reference: string): boolean {
  const name = lastNameOf(reference);
  // Software Collections and its successors put the version into the name.
  return serverNames.has(name) || /^(mysql|mariadb)-\d+(-(centos|c9s|c10s|rhel)\d*)?$/.test(name);
}
