/**
 * `npm run migration -- billing add-credit-notes`: makes the next migration of a service, empty, and
 * enters it in the service's list. Its statements are SQL; tests and every start apply what is new.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./config.ts";
import { enterMigration, newMigration } from "./new-migration.ts";

const [service = "", name = ""] = process.argv.slice(2);
const folder = join(root, "services", service, "src/storage/migrations");

try {
  const migration = newMigration(name, filesIn(folder));
  const index = join(folder, "index.ts");
  const entered = enterMigration(readFileSync(index, "utf8"), migration);
  writeFileSync(join(folder, migration.file), migration.text, { flag: "wx" });
  writeFileSync(index, entered);
  console.log(`services/${service}/src/storage/migrations/${migration.file}`);
} catch (error) {
  console.error((error as Error).message);
  console.error("Usage: npm run migration -- <service> <what-it-does>");
  process.exitCode = 1;
}

function filesIn(migrations: string): string[] {
  try {
    return readdirSync(migrations);
  } catch {
    throw new Error(`There is no service "${service}" with a database.`);
  }
}
