import pg from "pg";
import type { Catalogue, CrossAccountPolicy, DefinerFunction, Table } from "./tables.ts";

const tables = `
  select c.relname as name,
    c.relispartition as "isPartition",
    (select a.attname from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = c.oid and i.indisprimary) as "keyLeads",
    c.relrowsecurity and c.relforcerowsecurity as secured,
    pg_get_userbyid(c.relowner) as owner,
    array(select distinct pg_get_userbyid(acl.grantee)::text from aclexplode(c.relacl) acl
      where acl.grantee not in (c.relowner, 0)
      union select 'public' from aclexplode(c.relacl) acl where acl.grantee = 0) as grantees
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  order by c.relname`;

/** A policy of worker or lookup is a policy across accounts: only they come without an account. */
const policies = `
  select tablename as table, role.name as role
  from pg_policies, lateral unnest(roles) as role (name)
  where schemaname = 'public' and role.name ~ '_(worker|lookup)$'
  group by 1, 2 order by 1, 2`;

const definers = `
  select p.proname as name, pg_get_userbyid(p.proowner) as owner,
    coalesce(array_to_string(p.proconfig, ','), '') ~ 'search_path=' as "fixedSearchPath"
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prosecdef
  order by 1`;

/** What PostgreSQL itself says of a migrated database. `url`: as a superuser. */
export async function readCatalogue(service: string, url: string): Promise<Catalogue> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return {
      service,
      tables: (await client.query<Table>(tables)).rows,
      crossAccount: (await client.query<CrossAccountPolicy>(policies)).rows,
      definers: (await client.query<DefinerFunction>(definers)).rows,
    };
  } finally {
    await client.end();
  }
}
