import { sh } from './shell.ts';

const image = process.env['HOLDFAST_BENCH_IMAGE'] ?? 'postgres:17';
export const label = 'holdfast.bench=true';

/** A PostgreSQL container of the benchmark's own; `name` is also the name of the source. */
export async function startDatabase(name: string): Promise<void> {
  await sh(`docker rm -fv ${name} >/dev/null 2>&1 || true`);
  await sh(
    `docker run -d --name ${name} --label ${label} --shm-size 256m -e POSTGRES_PASSWORD=bench -e POSTGRES_DB=shop ${image} -c max_wal_size=4GB`,
  );
  await sh(
    `for i in $(seq 100); do docker exec ${name} pg_isready -q -h 127.0.0.1 && exit 0; sleep 0.2; done; exit 1`,
  );
}

export async function removeDatabase(name: string): Promise<void> {
  await sh(`docker rm -fv ${name}`);
}

export async function psql(name: string, statements: string): Promise<string> {
  const { stdout } = await sh(
    `docker exec -i ${name} psql -X -q -A -t -v ON_ERROR_STOP=1 -U postgres -d shop <<'SQL'\n${statements}\nSQL`,
  );
  return stdout.trim();
}

/** Bytes of one row of `orders` in a plain dump, measured. */
const rowBytes = 330;

/**
 * Orders of a shop: numbers, times, a few words from a small vocabulary and a random reference, so that a
 * dump compresses to about a quarter, as business data does.
 */
export async function fillOrders(name: string, megabytes: number): Promise<number> {
  const rows = Math.round((megabytes * 1_000_000) / rowBytes);
  await psql(
    name,
    `create table if not exists orders (
       id bigint primary key, customer int not null, placed timestamptz not null, state text not null,
       total numeric(10,2) not null, reference text not null, note text not null);
     create table if not exists customers (id int primary key, name text not null, email text not null);
     insert into customers select i, 'Customer ' || i, 'customer' || i || '@example.test' from generate_series(1, 20000) i
       on conflict do nothing;
     ${insertOrders(1, rows)}
     create index if not exists orders_customer on orders (customer);
     create index if not exists orders_placed on orders (placed);
     checkpoint;`,
  );
  return rows;
}

export function insertOrders(from: number, to: number): string {
  return `insert into orders select i, (random() * 19999)::int + 1, timestamptz '2026-01-01' + i * interval '7 seconds',
    (array['new','paid','packed','sent','returned'])[1 + (random() * 4)::int], (random() * 900)::numeric(10,2),
    md5(i::text || random()::text),
    (select string_agg((array['please','leave','the','parcel','with','a','neighbour','call','before','delivery','gift',
       'wrap','express','second','floor','back','door','after','six','thank','you'])[1 + (random() * 20)::int], ' ')
     from generate_series(1, 38) where i is not null)
    from generate_series(${from}, ${to}) i;`;
}
