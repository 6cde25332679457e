import type { PostgresContainer } from '@holdfast/sources/testing';

/** A database with something of everything that a dump can lose, its settings and a role of its own. */
export async function makeSampleDatabase(postgres: PostgresContainer, database: string): Promise<void> {
  const name = `"${database.replaceAll('"', '""')}"`;
  await postgres.sql(
    `DO $$ BEGIN
       CREATE ROLE "the owner" LOGIN PASSWORD 'of the owner';
       CREATE ROLE readers NOLOGIN;
       GRANT readers TO "the owner";
     EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    'template1',
  );
  await postgres.sql(
    `CREATE DATABASE ${name} OWNER "the owner" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'de_DE.utf8' LC_CTYPE 'de_DE.utf8' CONNECTION LIMIT 42`,
    'template1',
  );
  await postgres.sql(
    `COMMENT ON DATABASE ${name} IS 'Größe: äöü';
     ALTER DATABASE ${name} SET work_mem = '7MB';
     ALTER ROLE readers IN DATABASE ${name} SET statement_timeout = '11s';
     REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC;
     GRANT CONNECT ON DATABASE ${name} TO readers;`,
    'template1',
  );
  await postgres.sql(schema, database);
}

const schema = `
CREATE EXTENSION pgcrypto;
CREATE SCHEMA "Ünïcode ""schema""" AUTHORIZATION "the owner";
CREATE TABLE customers (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  shouted text GENERATED ALWAYS AS (upper(name)) STORED
);
COMMENT ON TABLE customers IS 'who buys';
INSERT INTO customers (name) SELECT 'Käufer ' || i FROM generate_series(1, 500) AS i;
CREATE TABLE orders (
  id bigserial, customer int REFERENCES customers, placed date NOT NULL, amount numeric(10, 2) CHECK (amount > 0), papers bytea
) PARTITION BY RANGE (placed);
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE orders_2026 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO orders (customer, placed, amount, papers)
  SELECT 1 + i % 500, '2025-06-01'::date + i % 365, 1 + i, gen_random_bytes(100) FROM generate_series(1, 3000) AS i;
CREATE INDEX ON orders (customer);
CREATE TABLE "Ünïcode ""schema"""."select" ("a b" text, "c""d" text);
INSERT INTO "Ünïcode ""schema"""."select" VALUES (E'line\\nbreak', '日本語'), (NULL, ''), (E'tab\\t\\\\', '\\N');
CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 2000;
CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customers FOR SELECT TO readers USING (name = current_user);
ALTER TABLE customers OWNER TO "the owner";
GRANT SELECT (id, name) ON customers TO readers;
GRANT SELECT ON orders TO readers;
CREATE SEQUENCE tickets START 100 INCREMENT 7;
SELECT nextval('tickets'), nextval('tickets');
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := trim(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER stamped BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION stamp();
SELECT lo_from_bytea(4711, decode('c0ffee', 'hex'));
`;
