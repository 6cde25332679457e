-- Databases that differ in everything that belongs to a database itself. The roles exist already.
CREATE DATABASE sink OWNER app_owner CONNECTION LIMIT 33;
COMMENT ON DATABASE sink IS E'it''s; the\n\\sink';
ALTER DATABASE sink SET search_path = "$user", 'Schéma; with "quotes"
and a line', public;
ALTER DATABASE sink SET timezone = 'Europe/Berlin';
ALTER DATABASE sink SET myapp.setting = E'a\nb''; \\ = c';
ALTER ROLE "Größe ""quoted""; -- 'x'
second line" IN DATABASE sink SET temp_tablespaces = 'pg_default', '';
REVOKE ALL ON DATABASE sink FROM PUBLIC;
GRANT CONNECT ON DATABASE sink TO readers WITH GRANT OPTION;
SET ROLE readers;
GRANT CONNECT ON DATABASE sink TO "Größe ""quoted""; -- 'x'
second line" WITH GRANT OPTION;
SET ROLE "Größe ""quoted""; -- 'x'
second line";
GRANT CONNECT ON DATABASE sink TO pg_monitor;
RESET ROLE;
GRANT TEMPORARY ON DATABASE sink TO PUBLIC;

CREATE DATABASE german TEMPLATE template0 ENCODING UTF8 LOCALE 'de_DE.utf8' OWNER "Größe ""quoted""; -- 'x'
second line";
ALTER ROLE readers IN DATABASE german SET work_mem = '11MB';
CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE unicode TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
CREATE DATABASE "model" IS_TEMPLATE true ALLOW_CONNECTIONS true;
CREATE DATABASE "postgresql://x:y@h/d?application_name=a=b";
CREATE DATABASE defiant;
ALTER DATABASE defiant SET default_transaction_read_only = on;
ALTER DATABASE defiant SET statement_timeout = 50;
ALTER DATABASE defiant SET role = 'readers';
ALTER DATABASE defiant SET search_path = '';
CREATE DATABASE "--help -x $(id) 'q' ""d""
línea \\ %s";
