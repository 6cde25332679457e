import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type DockerEnvironment, docker } from './docker.ts';
import type { Exhibit, Facts } from './exhibit.ts';

/** Only images that are there already: the demonstration fetches nothing. */
const images = [
  'postgres:18',
  'postgres:17',
  'postgres:16',
  'postgres:15',
  'postgres:latest',
  'postgres:alpine',
];
const mark = 'holdfast.demo=true';
const readyWithinMs = 90_000;

export interface ShopContainer extends Exhibit {
  /** Removes the container and its volume. Touches no other. */
  remove(): Promise<void>;
}

/** The image to use, or why there is none. */
export async function findImage(environment: DockerEnvironment): Promise<{ image?: string; reason: string }> {
  try {
    const present = (
      await docker(environment, ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'])
    ).split('\n');
    const image = images.find((candidate) => present.includes(candidate));
    return {
      ...(image === undefined ? {} : { image }),
      reason: `none of these images is there: ${images.join(', ')}`,
    };
  } catch (error) {
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { reason: `no Docker engine can be used (${words})` };
  }
}

/** Removes what an earlier demonstration of this very folder left when it was killed. */
export async function removeLeftovers(environment: DockerEnvironment, folder: string): Promise<void> {
  const filters = ['--filter', `label=${mark}`, '--filter', `label=holdfast.demo.folder=${folder}`];
  const ids = (await docker(environment, ['ps', '--all', '--quiet', ...filters]))
    .split('\n')
    .filter((id) => id !== '');
  if (ids.length > 0) await docker(environment, ['rm', '--force', '--volumes', ...ids]);
}

/** The shop's main database: PostgreSQL in a container that the demonstration makes. */
export function shopContainer(environment: DockerEnvironment, image: string, folder: string): ShopContainer {
  const name = `holdfast-demo-${randomUUID().slice(0, 8)}`;
  const sql = (text: string) => psql(environment, name, text);
  return {
    source: name,
    description: `a PostgreSQL container (${image}) with 20,000 customers, roles and a view`,
    async create() {
      const labels = ['--label', mark, '--label', `holdfast.demo.folder=${folder}`];
      // By the environment of the client, so that the password is in no command line.
      const withPassword = { ...environment, POSTGRES_PASSWORD: randomBytes(12).toString('hex') };
      const variables = ['--env', 'POSTGRES_PASSWORD', '--env', 'POSTGRES_DB=shop'];
      await docker(withPassword, [
        'run',
        '--detach',
        '--pull',
        'never',
        '--name',
        name,
        ...labels,
        ...variables,
        image,
      ]);
      await waitUntilReady(environment, name);
      await sql(schema);
    },
    async change() {
      await sql(`INSERT INTO customers (name) SELECT 'New customer ' || n FROM generate_series(1, 200) n`);
    },
    async damage() {
      await sql('DROP VIEW "Überblick"; DROP TABLE customers');
      return 'DROP TABLE customers';
    },
    facts: () => readFacts(sql),
    remove: async () => void (await docker(environment, ['rm', '--force', '--volumes', name])),
  };
}

const schema = `
  CREATE ROLE shop_app;
  CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, since date DEFAULT '2026-01-01');
  ALTER TABLE customers OWNER TO shop_app;
  INSERT INTO customers (name) SELECT 'Jürgen "J" O''Neill ' || n FROM generate_series(1, 20000) n;
  CREATE VIEW "Überblick" AS SELECT count(*) AS customers FROM customers;
  COMMENT ON TABLE customers IS 'who bought something';`;

/** A table that is not there counts as a fact, too. */
async function readFacts(sql: (text: string) => Promise<string>): Promise<Facts> {
  const tables = await sql(
    `SELECT string_agg(relname || ' of ' || pg_get_userbyid(relowner), ', ' ORDER BY relname)
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')`,
  );
  if (!tables.includes('customers'))
    return { tables: 'none', customers: 'no table', 'hash of all rows': 'no table' };
  const rows = await sql('COPY (SELECT * FROM customers ORDER BY id) TO STDOUT');
  return {
    tables: tables.trim(),
    customers: (await sql('SELECT customers FROM "Überblick"')).trim(),
    'hash of all rows': createHash('sha256').update(rows).digest('hex').slice(0, 16),
  };
}

function psql(environment: DockerEnvironment, container: string, text: string): Promise<string> {
  const client = [
    'psql',
    '--username=postgres',
    '--dbname=shop',
    '--no-psqlrc',
    '--quiet',
    '--tuples-only',
    '--no-align',
  ];
  return docker(environment, ['exec', '--interactive', container, ...client, '--set=ON_ERROR_STOP=1'], text);
}

/** The images start the server twice; only when its first process is the server itself is it there to stay. */
async function waitUntilReady(environment: DockerEnvironment, container: string): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  for (;;) {
    try {
      const first = await docker(environment, ['exec', container, 'cat', '/proc/1/comm']);
      if (first.trim() === 'postgres') {
        await psql(environment, container, 'SELECT 1');
        return;
      }
    } catch (error) {
      if (Date.now() > giveUp) throw error;
    }
    if (Date.now() > giveUp)
      throw new Error(`The container ${container} was not ready within ${readyWithinMs / 1000} s.`);
    await delay(500);
  }
}
