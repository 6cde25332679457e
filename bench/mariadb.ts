import { label } from './database.ts';
import { sh } from './shell.ts';

const image = process.env['HOLDFAST_BENCH_MARIADB_IMAGE'] ?? 'mariadb:11.8';
/** As the environment of a client takes it. */
export const client = '-e MYSQL_PWD=bench';

/** A MariaDB container of the benchmark's own; `name` is also the name of the source. */
export async function startMariadb(name: string): Promise<void> {
  await sh(`docker rm -fv ${name} >/dev/null 2>&1 || true`);
  await sh(
    `docker run -d --name ${name} --label ${label} -e MARIADB_ROOT_PASSWORD=bench -e MARIADB_DATABASE=shop ${image} mariadbd --innodb-buffer-pool-size=512M --innodb-log-file-size=512M`,
  );
  await sh(
    `for i in $(seq 300); do docker exec ${name} mariadb-admin --no-defaults --protocol=tcp -h 127.0.0.1 ping 2>&1 | grep -qE 'alive|denied' && exit 0; sleep 0.2; done; exit 1`,
  );
}

export async function mariadb(name: string, statements: string): Promise<void> {
  await sh(`docker exec -i ${client} ${name} mariadb -uroot shop <<'SQL'\n${statements}\nSQL`);
}

/** Bytes of one row of `orders` in a dump, measured. */
const rowBytes = 330;

/** The orders of a shop, as in the scenarios of PostgreSQL. */
export async function fillMariadbOrders(name: string, megabytes: number): Promise<void> {
  const rows = Math.round((megabytes * 1_000_000) / rowBytes);
  const words =
    'please,leave,the,parcel,with,a,neighbour,call,before,delivery,gift,wrap,express,second,floor,back,door,after,six,thank,you';
  const word = `elt(1 + floor(rand() * 21), ${words
    .split(',')
    .map((one) => `'${one}'`)
    .join(', ')})`;
  await mariadb(
    name,
    `create table orders (id bigint primary key, customer int not null, placed datetime not null, state text not null,
       total decimal(10,2) not null, reference text not null, note text not null, key (customer), key (placed));
     insert into orders select seq, floor(rand() * 20000) + 1, timestamp '2026-01-01 00:00:00' + interval seq * 7 second,
       elt(1 + floor(rand() * 5), 'new', 'paid', 'packed', 'sent', 'returned'), rand() * 900, md5(concat(seq, rand())),
       concat_ws(' ', ${Array.from({ length: 38 }, () => word).join(', ')})
     from seq_1_to_${rows};`,
  );
}
