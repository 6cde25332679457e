-- One database with something of everything that PostgreSQL 15 can dump and that must come back equal.
SET search_path = public;
CREATE EXTENSION hstore;
CREATE SCHEMA extensions;
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
COMMENT ON EXTENSION hstore IS 'changed comment';

-- Types
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy; ''quoted''');
CREATE DOMAIN postcode AS text CHECK (VALUE ~ '^\d{5}$');
CREATE TYPE address AS (street text, code postcode);
CREATE TYPE float_range AS RANGE (subtype = float8);

-- Functions, with dollar quotes inside dollar quotes
CREATE FUNCTION greet(name text DEFAULT 'you; there') RETURNS text LANGUAGE plpgsql IMMUTABLE AS $outer$
BEGIN
  RETURN $$Hello, $$ || name || E'\n; -- \\';
END $outer$;
CREATE PROCEDURE nothing() LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION standard_body(a int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + 1;
CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');

-- Sequences
CREATE SEQUENCE cycling AS smallint MINVALUE 3 MAXVALUE 7 CYCLE START 5;
SELECT nextval('cycling'), nextval('cycling'), nextval('cycling'), nextval('cycling');
CREATE SEQUENCE never_called;

-- Tables: owners, identity, generated, arrays, bytea, json, collations, quoted and non-ASCII names
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10) PRIMARY KEY,
  number serial,
  email citext UNIQUE NOT NULL,
  name text COLLATE "C" NOT NULL,
  shout text GENERATED ALWAYS AS (upper(name)) STORED,
  tags text[] DEFAULT '{}',
  attributes hstore,
  home address,
  feeling mood DEFAULT 'ok',
  during tstzrange,
  photo bytea,
  document jsonb,
  CONSTRAINT positive CHECK (number > 0)
);
INSERT INTO customers (email, name, tags, attributes, home, feeling, during, photo, document)
SELECT 'User' || i || '@Example.org', 'Käufer №' || i || E'\t\\N\n"', ARRAY['a,b', NULL, '{"x"}'], hstore('k', i::text),
  ROW ('Straße ' || i, lpad(i::text, 5, '0'))::address, CASE WHEN i % 3 = 0 THEN 'sad' ELSE 'happy; ''quoted''' END::mood,
  tstzrange('2026-01-01+00', '2026-01-02+00'), decode(md5(i::text), 'hex'), jsonb_build_object('n', i, 'ü', NULL)
FROM generate_series(1, 500) i;
ALTER TABLE customers OWNER TO app_owner;
COMMENT ON TABLE customers IS 'Those who buy; ''quoted''';
COMMENT ON COLUMN customers.photo IS E'multi\nline';
CREATE INDEX customers_name_trgm ON customers USING gin (name extensions.gin_trgm_ops);
CREATE INDEX customers_partial ON customers (lower(name)) INCLUDE (feeling) WHERE feeling = 'sad';
CREATE STATISTICS customers_dependencies (dependencies, ndistinct) ON feeling, name FROM customers;
ALTER TABLE customers ALTER COLUMN name SET STATISTICS 500;
ALTER TABLE customers SET (fillfactor = 80, autovacuum_enabled = false);

CREATE SCHEMA "Schéma; with ""quotes""
and a line";
CREATE TABLE "Schéma; with ""quotes""
and a line"."$(Tábla) -x 'y' \" ("Spalte ""1""" int PRIMARY KEY, "sélect" text);
INSERT INTO "Schéma; with ""quotes""
and a line"."$(Tábla) -x 'y' \" VALUES (1, E'\\.'), (2, '\copy'), (3, NULL);

-- Foreign keys (deferrable, not valid), exclusion, not-valid checks
CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer bigint REFERENCES customers ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  room int,
  during tsrange,
  EXCLUDE USING gist (room WITH =, during WITH &&)
);
INSERT INTO orders (customer, room, during)
SELECT 100 + 10 * (i % 500), i, tsrange('2026-01-01', '2026-01-02') FROM generate_series(1, 300) i;
CREATE TABLE legacy (a int, parent int);
INSERT INTO legacy SELECT i, -i FROM generate_series(1, 20) i;
ALTER TABLE legacy ADD CONSTRAINT positive_parent CHECK (parent > 0) NOT VALID;
ALTER TABLE legacy ADD PRIMARY KEY (a);
ALTER TABLE legacy ADD FOREIGN KEY (parent) REFERENCES legacy (a) NOT VALID;
CREATE TABLE cyclic_a (id int PRIMARY KEY, b int);
CREATE TABLE cyclic_b (id int PRIMARY KEY, a int REFERENCES cyclic_a);
INSERT INTO cyclic_a VALUES (1, 1);
INSERT INTO cyclic_b VALUES (1, 1);
ALTER TABLE cyclic_a ADD FOREIGN KEY (b) REFERENCES cyclic_b;

-- Partitions: range, list, hash, a sub-partition, a default, attached indexes
CREATE TABLE measurements (at date NOT NULL, kind text NOT NULL, value numeric) PARTITION BY RANGE (at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
  PARTITION BY LIST (kind);
CREATE TABLE measurements_2026_heat PARTITION OF measurements_2026 FOR VALUES IN ('heat', 'cold');
CREATE TABLE measurements_2026_rest PARTITION OF measurements_2026 DEFAULT;
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
CREATE INDEX measurements_at ON measurements (at, kind);
INSERT INTO measurements
SELECT '2024-06-01'::date + i, CASE i % 3 WHEN 0 THEN 'heat' WHEN 1 THEN 'cold' ELSE 'rain' END, i / 7.0
FROM generate_series(1, 900) i;
CREATE TABLE hashed (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT generate_series(1, 100);
CREATE TABLE parent (a int);
CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 3), (4, 5);
CREATE UNLOGGED TABLE unlogged (a int);
INSERT INTO unlogged VALUES (1), (2);

-- Views, materialised views (one on another, one without data), rules
CREATE VIEW happy WITH (security_barrier) AS SELECT id, name FROM customers WHERE feeling <> 'sad' WITH CASCADED CHECK OPTION;
CREATE MATERIALIZED VIEW per_kind AS SELECT kind, count(*) AS n FROM measurements GROUP BY kind;
CREATE UNIQUE INDEX per_kind_kind ON per_kind (kind);
CREATE MATERIALIZED VIEW per_kind_total AS SELECT sum(n) AS n FROM per_kind;
CREATE MATERIALIZED VIEW not_populated AS SELECT 1 AS a WITH NO DATA;
CREATE VIEW writable AS SELECT a FROM parent;
CREATE RULE writable_insert AS ON INSERT TO writable DO INSTEAD INSERT INTO parent VALUES (NEW.a);

-- Triggers
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.value := coalesce(NEW.value, 0); RETURN NEW; END $$;
CREATE TRIGGER stamped BEFORE INSERT OR UPDATE OF value ON measurements FOR EACH ROW WHEN (NEW.kind <> 'x; y') EXECUTE FUNCTION stamp();
CREATE TRIGGER disabled BEFORE DELETE ON legacy FOR EACH STATEMENT EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TRIGGER disabled ON legacy;
CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON parent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checked();
ALTER TABLE parent DISABLE TRIGGER late;
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION on_ddl();

-- Row-level security
CREATE TABLE tenants (tenant text, secret text);
INSERT INTO tenants VALUES ('app_owner', 'a'), ('other', 'b');
ALTER TABLE tenants OWNER TO app_owner;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants AS RESTRICTIVE FOR SELECT TO readers, app_owner USING (tenant = current_user);
CREATE POLICY all_of_it ON tenants USING (true) WITH CHECK (tenant <> '');

-- Privileges: tables, columns, sequences, functions, schemas, types, defaults
GRANT SELECT ON customers TO readers WITH GRANT OPTION;
GRANT SELECT (id, customer), UPDATE (room) ON orders TO readers;
GRANT USAGE ON SEQUENCE cycling TO readers;
GRANT USAGE, CREATE ON SCHEMA extensions TO app_owner;
REVOKE EXECUTE ON FUNCTION greet FROM PUBLIC;
GRANT EXECUTE ON FUNCTION greet TO readers;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SET ROLE app_owner;
GRANT SELECT ON tenants TO PUBLIC;
RESET ROLE;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO readers;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Large objects
SELECT lo_from_bytea(70001, decode(repeat('00ff10', 5000), 'hex'));
SELECT lo_from_bytea(70002, '');
ALTER LARGE OBJECT 70001 OWNER TO app_owner;
GRANT SELECT ON LARGE OBJECT 70001 TO readers;
COMMENT ON LARGE OBJECT 70002 IS 'empty; one';

-- Text search, publications, collations, casts, operators, foreign data
CREATE TEXT SEARCH CONFIGURATION plain_german (COPY = german);
ALTER TEXT SEARCH CONFIGURATION plain_german ALTER MAPPING FOR word WITH simple;
CREATE INDEX customers_search ON customers USING gin (to_tsvector('plain_german', name));
CREATE PUBLICATION everything FOR TABLE customers (id, email), orders WHERE (room > 3);
CREATE COLLATION german_phonebook (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
CREATE TABLE phonebook (name text COLLATE german_phonebook PRIMARY KEY);
INSERT INTO phonebook VALUES ('Müller'), ('Meier');
CREATE FUNCTION to_mood(int) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::public.mood $$;
CREATE CAST (int AS mood) WITH FUNCTION to_mood (int) AS ASSIGNMENT;
CREATE FUNCTION near(float8, float8) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1 - $2) < 0.1 $$;
CREATE OPERATOR ~~~ (LEFTARG = float8, RIGHTARG = float8, FUNCTION = near, COMMUTATOR = ~~~);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far_away FOREIGN DATA WRAPPER nowhere OPTIONS (host 'x; y');
CREATE USER MAPPING FOR app_owner SERVER far_away OPTIONS (password 'a ''quoted'' one');
CREATE FOREIGN TABLE remote (a int) SERVER far_away OPTIONS ("table" 't');
