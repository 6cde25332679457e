import { describe, expect, it } from 'vitest';
import { type ContainerSketch, containerDetails } from '../testing/container-details.ts';
import { detectMysql } from './detect.ts';

const official = { command: ['docker-entrypoint.sh', 'mariadbd'], exposedPorts: ['3306/tcp'] };
const isServer = (sketch: ContainerSketch) => detectMysql(containerDetails(sketch)) !== undefined;

describe('by image', () => {
  it.each([
    'mariadb',
    'mariadb:10.11',
    'mysql:8.4',
    'library/mysql',
    'docker.io/library/mariadb:11.8@sha256:0123456789abcdef',
    'registry.example.com:5000/mirror/mysql:8',
    'percona:8.0',
    'percona/percona-server:8.4',
    'bitnami/mariadb:11',
    'bitnami/mysql',
    'bitnami/mariadb-galera',
    'lscr.io/linuxserver/mariadb:11.4',
    'container-registry.oracle.com/mysql/community-server:8.4',
    'mysql/mysql-server',
    'quay.io/sclorg/mariadb-1011-c9s',
  ])('takes %s for a server', (image) => {
    expect(isServer({ image, ...official })).toBe(true);
    expect(isServer({ image })).toBe(true);
  });

  it.each([
    'prom/mysqld-exporter',
    'mariadb/maxscale',
    'mysql-backup-s3',
    'phpmyadmin/phpmyadmin',
    'wordpress:6',
    'mariadb/not-a-server',
    'sha256:8f2ab1',
    '',
    '$(mysql)',
    '../../mysql\n',
  ])('does not take %j for one', (image) => {
    expect(isServer({ image })).toBe(false);
  });

  it.each([
    [['mysqldump', '-h', 'db']],
    [['docker-entrypoint.sh', 'mariadb-dump', '--all-databases']],
    [['/bin/sh', '-c', 'while true; do mysqldump -h db app > /backup/app.sql; sleep 86400; done']],
    [['docker-entrypoint.sh', 'bash', '-c', 'sleep infinity']],
    [['sleep', 'infinity']],
    [['bash', '-ec', 'mariadb -h db -u mysqld < /seed.sql']],
  ])('does not take the image of a server that runs %j for one', (command) => {
    expect(isServer({ image: 'mariadb:11', command })).toBe(false);
  });

  it('takes one that only gets options, or is started by a script', () => {
    expect(isServer({ image: 'mysql:8', command: ['docker-entrypoint.sh', '--max-connections=20'] })).toBe(
      true,
    );
    expect(isServer({ image: 'mysql:8', command: ['sh', '-c', 'exec docker-entrypoint.sh mysqld'] })).toBe(
      true,
    );
  });
});

describe('by environment, command and port', () => {
  const environment = { MYSQL_ROOT_PASSWORD: 'x' };

  it('takes an image of one’s own that runs the server', () => {
    expect(isServer({ environment, command: ['/entry', 'mysqld'] })).toBe(true);
    expect(isServer({ command: ['mariadbd'], exposedPorts: ['3306/tcp'] })).toBe(true);
  });

  it.each([
    [
      'WordPress',
      { environment: { ...environment, WORDPRESS_DB_HOST: 'db' }, command: ['apache2-foreground'] },
    ],
    ['phpMyAdmin', { environment: { ...environment, PMA_HOST: 'db', MYSQL_USER: 'u', MYSQL_PASSWORD: 'p' } }],
    ['an application with the same variables', { environment: { ...environment, MYSQL_HOST: 'db' } }],
    [
      'an application that exposes the port',
      { environment, exposedPorts: ['3306/tcp'], command: ['proxysql'] },
    ],
    ['a container without any of them', {}],
  ])('does not take %s for a server', (_, sketch) => {
    expect(isServer(sketch)).toBe(false);
  });
});

describe('by label', () => {
  it('a label decides, either way', () => {
    expect(isServer({ labels: { 'holdfast.kind': 'mysql' } })).toBe(true);
    expect(isServer({ image: 'mysql', labels: { 'holdfast.kind': 'directory' } })).toBe(false);
  });

  it('says what is wrong with a label, or with the container', () => {
    const labels = { 'holdfast.mysql.port': 'many' };
    expect(detectMysql(containerDetails({ image: 'mysql', labels }))?.problem).toContain(
      'holdfast.mysql.port',
    );
    expect(
      detectMysql(containerDetails({ image: 'mysql', labels: { 'holdfast.mysql.x': '' } }))?.problem,
    ).toContain('holdfast.mysql.x');
    expect(detectMysql(containerDetails({ image: 'mysql', state: 'exited' }))?.problem).toContain(
      'is stopped',
    );
  });
});

it('names the folders whose volumes need no backup of their own', () => {
  const mount = { type: 'volume', name: 'v', source: '/x', readWrite: true };
  expect(detectMysql(containerDetails({ image: 'mariadb' }))?.dataPaths).toEqual(['/var/lib/mysql']);
  expect(
    detectMysql(
      containerDetails({ image: 'bitnami/mariadb', mounts: [{ ...mount, destination: '/bitnami/mariadb' }] }),
    )?.dataPaths,
  ).toContain('/bitnami/mariadb');
});
