-- Roles of the kitchen sink: run once on a fresh server, before the databases.
CREATE ROLE app_owner LOGIN PASSWORD 'owner password' CREATEDB CONNECTION LIMIT 20 VALID UNTIL '2040-01-01';
CREATE ROLE readers NOLOGIN;
CREATE ROLE "Größe ""quoted""; -- 'x'
second line" LOGIN PASSWORD 'it''s;\ "odd"';
COMMENT ON ROLE readers IS 'may ''read''; nothing
\more';
GRANT readers TO app_owner WITH ADMIN OPTION;
GRANT readers TO "Größe ""quoted""; -- 'x'
second line" GRANTED BY app_owner;
GRANT pg_monitor TO app_owner;
ALTER ROLE app_owner SET search_path = "$user", 'a''b;', "q""x", public;
ALTER ROLE readers SET myapp.greeting = E'a\nb;c';
