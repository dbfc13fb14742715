import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";

/** A statement as PostgreSQL ran it for the product, and the partitions that it read. */
export interface Plan {
  readonly text: string;
  readonly partitions: readonly string[];
  /** Rows that were read of them. */
  readonly rows: number;
}

const ROLE = "metering_app";

/** Lets the product's connections write plans down when they are told to; opens them anew. */
export async function preparePlans(client: pg.Client): Promise<void> {
  const settings = {
    ...{ session_preload_libraries: "'auto_explain'", "auto_explain.log_analyze": "on" },
    ...{ "auto_explain.log_buffers": "on", "auto_explain.log_format": "'text'" },
  };
  await client.query("load 'auto_explain'");
  for (const [name, value] of Object.entries(settings)) {
    await client.query(`alter role ${ROLE} set ${name} = ${value}`);
  }
  const text = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1";
  await client.query(text, [ROLE]);
}

/**
 * The plans of what the product runs while `work` lasts: PostgreSQL itself writes them down
 * (auto_explain), so that they are of the very statements, under the product's role and policies.
 * `client` is the superuser on metering's database, after `preparePlans`.
 */
export async function plansOf(client: pg.Client, work: () => Promise<unknown>): Promise<Plan[]> {
  const { length } = await logOf(client);
  await writeDown(client, "0");
  await work();
  await writeDown(client, "-1");
  return plansIn((await logOf(client)).toString("utf8", length));
}

async function writeDown(client: pg.Client, minDuration: "0" | "-1"): Promise<void> {
  await client.query(`alter system set auto_explain.log_min_duration = ${minDuration}`);
  await client.query("select pg_reload_conf(), pg_sleep(0.2)");
}

/** The server's log lies beside its data; it is this process that may read it. */
async function logOf(client: pg.Client): Promise<Buffer> {
  const { rows } = await client.query<{ data_directory: string }>("show data_directory");
  return readFileSync(join(rows[0]?.data_directory ?? "", "..", "postgres.log"));
}

/** How a statement begins that answers a question: the reconciler reads rollups meanwhile, too. */
const QUESTION = "Query Text: with u as materialized";

/** Plans begin at a line of their own; further lines are indented by the log. */
function plansIn(log: string): Plan[] {
  const plans = log
    .split(/\n(?!\t)/)
    .flatMap((entry) => entry.split(/duration: .* plan:\n/)[1] ?? []);
  return plans
    .filter((text) => text.trimStart().startsWith(QUESTION))
    .map((text) => ({
      text: text.replaceAll("\n\t", "\n").trim(),
      partitions: partitionsIn(text),
      rows: rowsReadIn(text),
    }));
}

/** Every partition that a plan names, but those it never came to. */
function partitionsIn(text: string): string[] {
  const read = text.split("\n").filter((line) => !line.includes("never executed"));
  const named = read.flatMap((line) => /\bon (rollup\w*_m\d{6})\b/.exec(line)?.[1] ?? []);
  return [...new Set(named)].sort();
}

/** Rows that scans of partitions gave, in all their loops. */
function rowsReadIn(text: string): number {
  const scans = text.matchAll(/ on rollup\w*_m\d{6}\b.*actual.* rows=([\d.]+) loops=(\d+)\)/g);
  return [...scans].reduce((sum, [, rows, loops]) => sum + Number(rows) * Number(loops), 0);
}
