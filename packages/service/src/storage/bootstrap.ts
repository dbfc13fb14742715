import pg from "pg";
import { plain, type RolePasswords, rolesOf } from "./roles.ts";

/** Statements that make a service's roles and database; each may be run again. */
export interface DatabaseBootstrap {
  /** Run one by one on any database of the cluster, as an administrator. */
  cluster: string[];
  /** Run only if the database does not exist: it cannot be part of a transaction. */
  createDatabase: string;
  /** Run one by one on the service's own database, as an administrator. */
  inside: string[];
}

/** Two services started at once must not both create the same role. */
const bootstrapLock = 7_068_011;

/** The SQL an operator runs once for each service; `tollbook_<service>` unless named otherwise. */
export function databaseBootstrapSql(
  service: string,
  passwords: RolePasswords,
  databaseName = `tollbook_${service}`,
): DatabaseBootstrap {
  const { owner, app, worker, lookup } = rolesOf(service);
  const database = pg.escapeIdentifier(databaseName);
  return {
    cluster: [
      roleSql(owner, `login noinherit password ${pg.escapeLiteral(passwords.owner)}`),
      roleSql(app, `login password ${pg.escapeLiteral(passwords.app)}`),
      roleSql(worker, `login password ${pg.escapeLiteral(passwords.worker)}`),
      roleSql(lookup, "nologin"),
      // The owner gives look-up functions away; it inherits none of lookup's sight (noinherit).
      `grant ${lookup} to ${owner}`,
      // An administrator who is no superuser may create a database only for a role it belongs to.
      `grant ${owner} to current_user`,
    ],
    createDatabase: `create database ${database} owner ${owner} encoding 'UTF8' template template0`,
    inside: [
      `revoke all on database ${database} from public`,
      `grant connect on database ${database} to ${app}, ${worker}`,
      `alter schema public owner to ${owner}`,
      `revoke all on schema public from public`,
      `grant usage on schema public to ${app}, ${worker}, ${lookup}`,
    ],
  };
}

/** The cluster and the service to make roles and a database for. */
export interface BootstrapOptions {
  /** An administrator's connection, to any database of the cluster. */
  adminUrl: string;
  service: string;
  passwords: RolePasswords;
  databaseName?: string;
}

/** Connections of the three roles that log in. */
export interface DatabaseUrls {
  ownerUrl: string;
  url: string;
  workerUrl: string;
}

/** Makes a service's roles and database if they are missing, and sets the roles' passwords. */
export async function bootstrapDatabase(options: BootstrapOptions): Promise<DatabaseUrls> {
  const { adminUrl, service, passwords } = options;
  const databaseName = options.databaseName ?? `tollbook_${plain(service)}`;
  const sql = databaseBootstrapSql(service, passwords, databaseName);
  await withClient(adminUrl, async (client) => {
    await client.query("select pg_advisory_lock($1)", [bootstrapLock]);
    for (const statement of sql.cluster) await client.query(statement);
    const exists = "select 1 from pg_database where datname = $1";
    const { rowCount } = await client.query(exists, [databaseName]);
    if (rowCount === 0) await client.query(sql.createDatabase);
  });
  await withClient(urlOf(adminUrl, { databaseName }), async (client) => {
    for (const statement of sql.inside) await client.query(statement);
  });
  const { owner, app, worker } = rolesOf(service);
  const as = (user: string, password: string) => urlOf(adminUrl, { databaseName, user, password });
  return {
    ownerUrl: as(owner, passwords.owner),
    url: as(app, passwords.app),
    workerUrl: as(worker, passwords.worker),
  };
}

function roleSql(role: string, attributes: string): string {
  return (
    `do $do$ begin if not exists (select from pg_roles where rolname = '${role}') ` +
    `then create role ${role}; end if; end $do$; alter role ${role} ${attributes}`
  );
}

/** Runs `work` on one connection, which is closed whatever happens. */
async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "tollbook bootstrap" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

interface UrlChanges {
  databaseName: string;
  user?: string;
  password?: string;
}

function urlOf(base: string, { databaseName, user, password }: UrlChanges): string {
  const url = new URL(base);
  url.pathname = `/${encodeURIComponent(databaseName)}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}
