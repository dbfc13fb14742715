import { Migration, Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";

/** One step of a database's history. Never edited once released: a mistake gets a new step. */
export interface SqlMigration {
  /** Sorts in order of writing, and is the file's name: `0001-accounts-and-keys`. */
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

/** A migration from its statements, run in order in one transaction. `?` is itself. */
export function sqlMigration(name: string, statements: readonly string[]): SqlMigration {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}

/** The database to bring up to date, and its history. */
export interface MigrateOptions {
  /** Connection of the `<service>_owner` role. */
  url: string;
  migrations: readonly SqlMigration[];
  service: string;
}

/** Several pods may start at once: the others wait, and then find nothing to do. */
const migrationLock = 7_068_012;

/** Applies what is missing, all or nothing, and returns the names of what it applied. */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  refuseDisorder(options.migrations);
  const lock = new pg.Client({
    connectionString: options.url,
    application_name: `tollbook ${options.service} migration lock`,
  });
  await lock.connect();
  try {
    await lock.query("select pg_advisory_lock($1)", [migrationLock]);
    return await applyMissing(options);
  } finally {
    await lock.end();
  }
}

async function applyMissing({ url, migrations }: MigrateOptions): Promise<string[]> {
  const orm = await MikroORM.init({
    clientUrl: url,
    dbName: new URL(url).pathname.slice(1),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    pool: { min: 0, max: 2 },
    migrations: {
      tableName: "applied_migration",
      migrationsList: [...migrations],
      transactional: true,
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
  });
  try {
    const applied = await orm.migrator.up();
    return applied.map(({ name }) => name);
  } finally {
    await orm.close(true);
  }
}

function refuseDisorder(migrations: readonly SqlMigration[]): void {
  const names = migrations.map(({ name }) => name);
  const sorted = [...new Set(names)].sort();
  if (names.join() !== sorted.join()) {
    throw new Error(`migrations must be listed once each, in order: ${names.join(", ")}`);
  }
}
