import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** The schema in PostgreSQL's own words, the same for the same migrations; committed as `schema.postgres.sql`. */
export async function dumpPostgresSchema(database: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    with tables as (
      select oid, relname from pg_class
      where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname not like 'kysely\\_%'
    ), lines as (
      select t.oid, 1 as part, lpad(a.attnum::text, 4, '0') as place,
        format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
          || case when c.collname is null or c.collname = 'default' then '' else format(' collate %I', c.collname) end
          || case when a.attnotnull then ' not null' else '' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
      from tables t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_collation c on c.oid = a.attcollation
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
      union all
      select t.oid, 2, c.conname, format('constraint %I %s', c.conname, pg_get_constraintdef(c.oid))
      from tables t join pg_constraint c on c.conrelid = t.oid and c.contype <> 'n'
    )
    select format(E'create table %I (\n  %s\n);', t.relname,
        (select string_agg(line, E',\n  ' order by part, place collate "C") from lines l where l.oid = t.oid))
      || coalesce((
        select E'\n\n' || string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' order by i.indexrelid::regclass::text collate "C")
        from pg_index i
        where i.indrelid = t.oid and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype <> 'f')
      ), '') as text
    from tables t
    order by t.relname collate "C"
  `.execute(database);
  return `${rows.map(({ text }) => text.replaceAll(' ON holdfast.', ' ON ')).join('\n\n')}\n`;
}
