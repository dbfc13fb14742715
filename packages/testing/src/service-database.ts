import { createHash, randomUUID } from "node:crypto";
import { bootstrapDatabase, migrate, type SqlMigration } from "@tollbook/service/storage";
import pg from "pg";

/** One service's database, as in production: three roles, their policies, the migrations applied. */
export interface ServiceDatabase {
  /** As `<service>_app`, which row-level security binds. */
  readonly url: string;
  /** As `<service>_worker`. */
  readonly workerUrl: string;
  /** As `<service>_owner`, which owns the tables. */
  readonly ownerUrl: string;
  /** As the superuser, on this database: sees everything; for looking, not for the code under test. */
  readonly superUrl: string;
  readonly name: string;
  /** Ends its sessions and removes it. */
  drop(): Promise<void>;
}

const passwords = { owner: "owner", app: "app", worker: "worker" };
/** Two test files must not both make the template of a service. */
const templateLock = 7_068_101;

/** Makes a database by copying the one that has this service's migrations already. */
export async function createServiceDatabase(
  adminUrl: string,
  service: string,
  migrations: readonly SqlMigration[],
): Promise<ServiceDatabase> {
  const name = `test_${service}_${randomUUID().slice(0, 13).replace("-", "_")}`;
  const template = await migratedTemplate(adminUrl, service, migrations);
  await asAdmin(adminUrl, async (admin) => {
    await admin.query(`create database ${name} template ${template} owner ${service}_owner`);
  });
  // A copy has the template's tables and not its grants on the database itself.
  const urls = await bootstrapDatabase({ adminUrl, service, passwords, databaseName: name });
  return {
    ...urls,
    superUrl: onDatabase(adminUrl, name),
    name,
    drop: () =>
      asAdmin(adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function migratedTemplate(
  adminUrl: string,
  service: string,
  migrations: readonly SqlMigration[],
): Promise<string> {
  const name = `template_${service}_${await fingerprint(migrations)}`;
  await asAdmin(adminUrl, async (admin) => {
    await admin.query("select pg_advisory_lock($1)", [templateLock]);
    const known = "select datistemplate as whole from pg_database where datname = $1";
    const { rows } = await admin.query<{ whole: boolean }>(known, [name]);
    if (rows[0]?.whole) return;
    // A template that is none yet was left behind by a test that ended in its migrations.
    if (rows[0]) await admin.query(`drop database ${name} with (force)`);
    const urls = await bootstrapDatabase({ adminUrl, service, passwords, databaseName: name });
    await migrate({ url: urls.ownerUrl, migrations, service });
    await admin.query(`alter database ${name} with is_template true allow_connections false`);
  });
  return name;
}

/** Names the content: two tests may write different migrations under the same names. */
async function fingerprint(migrations: readonly SqlMigration[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { name, class: Step } of migrations) {
    const step = Reflect.construct(Step, []);
    await step.up();
    hash.update(`${name}\n${step.getQueries().join(";\n")}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

async function asAdmin(adminUrl: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl, application_name: "tollbook tests" });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function onDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
