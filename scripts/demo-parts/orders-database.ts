import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Exhibit, Facts } from './exhibit.ts';

/** A shop's orders in a SQLite file. */
export function ordersDatabase(folder: string): Exhibit {
  const file = path.join(folder, 'orders.db');
  return {
    source: 'demo-orders',
    description: 'a SQLite database with 50,000 orders',
    declaration: { kind: 'sqlite', path: file },
    async create() {
      await mkdir(folder, { recursive: true });
      using database = new DatabaseSync(file);
      database.exec(`
        PRAGMA journal_mode = WAL;
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL, note TEXT NOT NULL)`);
      insertOrders(database, 50_000);
    },
    async change() {
      using database = new DatabaseSync(file);
      insertOrders(database, 500);
    },
    async damage() {
      using database = new DatabaseSync(file);
      database.exec('DELETE FROM orders WHERE id % 3 = 0; UPDATE orders SET cents = 0 WHERE id > 40000');
      return 'a DELETE without the right WHERE: a third of the orders is gone, others are free of charge';
    },
    facts: async () => readFacts(file),
  };
}

function insertOrders(database: DatabaseSync, number: number): void {
  database.exec(`
    WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${number})
    INSERT INTO orders (customer, cents, note)
      SELECT 'Customer ' || (n * 7919 % 9973), abs(random()) % 100000, 'Größe ' || n || ', "quoted" ' || hex(randomblob(24))
      FROM counter`);
}

function readFacts(file: string): Facts {
  using database = new DatabaseSync(file, { readOnly: true });
  const hash = createHash('sha256');
  let orders = 0;
  for (const row of database.prepare('SELECT id, customer, cents, note FROM orders ORDER BY id').iterate()) {
    hash.update(JSON.stringify(row));
    orders += 1;
  }
  return { orders: String(orders), 'hash of all rows': hash.digest('hex').slice(0, 16) };
}
