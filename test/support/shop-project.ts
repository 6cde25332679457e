import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { createDockerHost, type DockerHost } from '@holdfast/docker';
import { connectLabEngine, labDockerHost } from '@holdfast/docker/testing';
import type Docker from 'dockerode';
import { until } from './until.ts';

const password = 'a "hostile" $(password)';
const simplePassword = 'of-the-customers';
const second = 1_000_000_000;
/** The image declares a volume, which these services have no use for. */
const noVolume = { '/var/lib/postgresql/data': '' };

/**
 * An order first puts its file into the volume, then its row into the database: whoever restores a row must find its
 * file. It runs for as long as the container does.
 */
const writer = `
  export PGHOST=db PGUSER=postgres PGDATABASE=shop PGPASSWORD="$SHOP_PASSWORD"
  until psql -qAtc 'CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, file text NOT NULL, sum text NOT NULL)'; do sleep 0.2; done
  while :; do
    id=$(psql -qAtc 'SELECT coalesce(max(id), 0) + 1 FROM orders') || { sleep 0.2; continue; }
    head -c 3000 /dev/urandom >/uploads/new && sum=$(md5sum </uploads/new | cut -d" " -f1)
    mv /uploads/new "/uploads/order-$id"
    psql -qAtc "INSERT INTO orders VALUES ($id, 'order-$id', '$sum')" && touch /tmp/wrote
    sleep 0.05
  done`;

/** What a project holds, as one comparable value. */
export interface ShopContent {
  /** Id, file and checksum of each order. */
  readonly orders: readonly string[];
  /** Checksums of the files in the volume, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly settings: readonly string[];
  readonly customers: string;
  readonly visits: string;
}

/** A shop as Docker Compose would run it: a page that writes, a database, and a job that was stopped. */
export interface ShopProject extends AsyncDisposable {
  readonly name: string;
  readonly environment: string;
  readonly docker: DockerHost;
  readonly names: Readonly<Record<Service, string>>;
  readonly volumes: Readonly<Record<'data' | 'customers' | 'uploads' | 'settings', string>>;
  readonly network: string;
  /** Published by the page. */
  readonly port: number;
  sql(query: string): Promise<string>;
  content(): Promise<ShopContent>;
  /** Leaves a sign in everything that holds data, and says whether all of them are still there. */
  mark(): Promise<void>;
  isMarked(): Promise<boolean>;
  /** Of all containers: name and whether it runs. */
  states(): Promise<Record<string, boolean>>;
  /** What Compose recognises its project by, of all that it made. */
  labels(): Promise<unknown>;
  untilHealthy(): Promise<void>;
  /** Stops the writer, so that contents can be compared. */
  quiet(): Promise<void>;
  /** Removes containers, volumes and networks. */
  destroy(): Promise<void>;
}

export async function startShop(): Promise<ShopProject> {
  const name = `shop-${randomBytes(4).toString('hex')}`;
  const engine = connectLabEngine();
  const docker = createDockerHost({ host: labDockerHost() });
  const names = {
    db: `${name}-db-1`,
    crm: `${name}-crm-1`,
    cache: `${name}-cache-1`,
    web: `${name}-web-1`,
    job: `${name}-job-1`,
  };
  const volumes = {
    data: `${name}_data`,
    customers: `${name}_customers`,
    uploads: `${name}_uploads`,
    settings: `${name}_settings`,
  };
  const network = `${name}_default`;
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const shop = { name, engine, network, port, volumes };
  const project = { 'com.docker.compose.project': name };

  await engine.createNetwork({
    Name: network,
    Labels: { ...project, 'com.docker.compose.network': 'default' },
  });
  for (const [key, volume] of Object.entries(volumes)) {
    await engine.createVolume({ Name: volume, Labels: { ...project, 'com.docker.compose.volume': key } });
  }
  await writeSettings(docker, volumes.settings, 3);
  for (const service of ['db', 'crm', 'cache', 'web', 'job'] as const) await create(shop, service, names);
  const servers = [names.db, names.crm, names.cache];
  for (const one of servers) await engine.getContainer(one).start();
  for (const one of servers) {
    await docker.lifecycle.untilReady(one, { signal: AbortSignal.timeout(120_000), timeoutMs: 120_000 });
  }
  const run = async (container: string, ...command: [string, ...string[]]) => {
    const { stdout, stderr, exitCode } = await docker.exec(container, { command });
    if (exitCode !== 0) throw new Error(stderr);
    return stdout.toString('utf8').trim();
  };
  const crm = (query: string) =>
    run(
      names.crm,
      'mariadb',
      '-N',
      '--default-character-set=utf8mb4',
      '-uroot',
      `-p${simplePassword}`,
      'crm',
      '-e',
      query,
    );
  await crm(
    "CREATE TABLE customers (id int PRIMARY KEY, name text) CHARSET utf8mb4; INSERT INTO customers VALUES (1, 'Käufer 🙂')",
  );
  await run(names.cache, 'redis-cli', 'HSET', 'visits', 'today', '12', 'yesterday', '7');
  await engine.getContainer(names.web).start();

  const sql = (query: string) =>
    run(names.db, 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', 'shop', '-c', query);
  const all = Object.values(names);
  return {
    name,
    environment: name,
    docker,
    names,
    volumes,
    network,
    port,
    sql,
    async content() {
      const rows = await sql("SELECT id || ' ' || file || ' ' || sum FROM orders ORDER BY id");
      return {
        orders: rows === '' ? [] : rows.split('\n'),
        files: await filesIn(docker, volumes.uploads),
        settings: await readSettings(docker, volumes.settings),
        customers: await crm('SELECT * FROM customers ORDER BY id'),
        visits: await run(names.cache, 'redis-cli', 'HGETALL', 'visits'),
      };
    },
    async mark() {
      await sql('CREATE TABLE marks (id int)');
      await writeFile(`${await mountpoint(docker, volumes.uploads)}/mark`, 'marked');
      await onSettings(docker, volumes.settings, (database) => database.exec('CREATE TABLE marks (id int)'));
    },
    async isMarked() {
      const inDatabase = (await sql("SELECT to_regclass('marks') IS NOT NULL")) === 't';
      const inVolume = (await readdir(await mountpoint(docker, volumes.uploads))).includes('mark');
      const inSettings = await onSettings(docker, volumes.settings, (database) =>
        database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'marks'").get(),
      );
      const found = [inDatabase, inVolume, inSettings?.['n'] === 1];
      if (new Set(found).size > 1) throw new Error(`some are marked, some are not: ${found.join(', ')}`);
      return inDatabase;
    },
    async states() {
      const listed = (await docker.list()).filter((one) => all.includes(one.name));
      return Object.fromEntries(listed.map((one) => [one.name, one.state === 'running']));
    },
    async labels() {
      const containers = await Promise.all(all.map((one) => docker.inspect(one)));
      return {
        containers: containers.map((one) => ({ name: one.name, labels: one.labels, image: one.image })),
        networks: (await docker.resources.network(network))?.labels,
        volumes: await Promise.all(
          Object.values(volumes).map(async (volume) => (await docker.resources.volume(volume))?.labels),
        ),
      };
    },
    async untilHealthy() {
      for (const one of [...servers, names.web]) {
        const options = { signal: AbortSignal.timeout(120_000), timeoutMs: 120_000 };
        await docker.lifecycle.untilReady(one, options);
      }
    },
    quiet: () => docker.lifecycle.stop(names.web, { graceSeconds: 0 }),
    async destroy() {
      for (const one of all) await docker.lifecycle.remove(one);
      for (const volume of Object.values(volumes)) await docker.resources.removeVolume(volume);
      await docker.resources.removeNetwork(network);
    },
    async [Symbol.asyncDispose]() {
      for (const one of await docker.list()) {
        if (one.labels['com.docker.compose.project'] === name) await docker.lifecycle.remove(one.id);
      }
      // What restores kept beside is named after the volumes.
      for (const volume of await docker.resources.volumes()) {
        if (volume.name.startsWith(name)) await docker.resources.removeVolume(volume.name);
      }
      await until(`the network ${network} can be removed`, () =>
        docker.resources.removeNetwork(network).then(
          () => true,
          () => false,
        ),
      );
    },
  };
}

type Service = 'db' | 'crm' | 'cache' | 'web' | 'job';

interface Shop {
  readonly name: string;
  readonly engine: Docker;
  readonly network: string;
  readonly port: number;
  readonly volumes: ShopProject['volumes'];
}

async function create(shop: Shop, service: Service, names: Record<Service, string>): Promise<void> {
  const { name, engine, network, port, volumes } = shop;
  const dependsOn: Record<string, string> =
    service === 'web'
      ? { 'com.docker.compose.depends_on': 'db:service_healthy:true,cache:service_healthy:true' }
      : {};
  const options = {
    db: {
      Image: 'postgres:17',
      Cmd: ['postgres', '-c', 'fsync=off'],
      Env: [`POSTGRES_PASSWORD=${password}`, 'POSTGRES_DB=shop'],
      Healthcheck: health('pg_isready -h 127.0.0.1 -U postgres -d shop'),
      HostConfig: {
        Binds: [`${volumes.data}:/var/lib/postgresql/data`],
        NetworkMode: network,
        // Else a health check that is killed for taking too long on a busy machine is taken for a dead server process.
        Init: true,
      },
    },
    crm: {
      Image: 'mariadb:10.11',
      Env: [`MARIADB_ROOT_PASSWORD=${simplePassword}`, 'MARIADB_DATABASE=crm'],
      Healthcheck: health(`mariadb-admin -h127.0.0.1 -uroot -p${simplePassword} ping`),
      HostConfig: { Binds: [`${volumes.customers}:/var/lib/mysql`], NetworkMode: network, Init: true },
    },
    cache: {
      Image: 'redis:7',
      Healthcheck: health('redis-cli ping'),
      HostConfig: { NetworkMode: network },
    },
    web: {
      Image: 'postgres:17',
      Entrypoint: ['bash', '-c', writer],
      Env: [`SHOP_PASSWORD=${password}`],
      StopSignal: 'SIGKILL',
      Healthcheck: health('test -n "$(find /tmp/wrote -newermt "10 seconds ago")"'),
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        Binds: [`${volumes.uploads}:/uploads`, `${volumes.settings}:/settings`],
        Tmpfs: noVolume,
        NetworkMode: network,
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
        RestartPolicy: { Name: 'unless-stopped' },
      },
    },
    job: {
      Image: 'postgres:17',
      Entrypoint: ['sleep'],
      Cmd: ['1000'],
      HostConfig: { NetworkMode: network, Tmpfs: noVolume },
    },
  }[service];
  await engine.createContainer({
    ...options,
    name: names[service],
    Labels: {
      'holdfast.test': 'true',
      'com.docker.compose.project': name,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.config-hash': createHash('sha256').update(service).digest('hex'),
      ...dependsOn,
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [service, names[service]] } } },
  });
}

function health(command: string) {
  return { Test: ['CMD-SHELL', command], Interval: second / 2, Timeout: 30 * second, Retries: 60 };
}

async function mountpoint(docker: DockerHost, volume: string): Promise<string> {
  const found = await docker.resources.volume(volume);
  if (found === undefined) throw new Error(`there is no volume ${volume}`);
  return found.mountpoint;
}

/** The lab's engine is on this host, and the tests may read its files. */
async function filesIn(docker: DockerHost, volume: string): Promise<Record<string, string>> {
  const folder = await mountpoint(docker, volume);
  const names = (await readdir(folder)).filter((name) => name.startsWith('order-')).toSorted();
  const sums = names.map(async (name) => {
    const content = await readFile(`${folder}/${name}`);
    return [name, createHash('md5').update(content).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(sums));
}

const settingsFile = 'settings.db';

async function onSettings<T>(
  docker: DockerHost,
  volume: string,
  use: (database: DatabaseSync) => T,
): Promise<T> {
  const database = new DatabaseSync(`${await mountpoint(docker, volume)}/${settingsFile}`);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

async function writeSettings(docker: DockerHost, volume: string, count: number): Promise<void> {
  await onSettings(docker, volume, (database) => {
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT)');
    const insert = database.prepare('INSERT INTO settings VALUES (?, ?)');
    for (let index = 0; index < count; index++) insert.run(`setting ${index}`, `Wert "${index}" 🙂`);
  });
}

async function readSettings(docker: DockerHost, volume: string): Promise<string[]> {
  return onSettings(docker, volume, (database) =>
    database
      .prepare('SELECT name, value FROM settings ORDER BY name')
      .all()
      .map((row) => JSON.stringify(row)),
  );
}
