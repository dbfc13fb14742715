import { plain, rolesOf } from "./roles.ts";

/** What may be done to rows. */
export type Command = "select" | "insert" | "update" | "delete";

/** Everything an ordinary table of an account needs. */
const everyCommand: readonly Command[] = ["select", "insert", "update", "delete"];

/**
 * True for rows of the account this transaction began in; without one, for no row at all. In a
 * sub-select, so that PostgreSQL asks for the account once a statement and not once a row: that
 * is a fifth of what writing a row costs.
 */
const ofThisAccount =
  // nullif, because a pooled connection keeps '' after its first transaction, and ''::uuid throws.
  "account_id = (select nullif(current_setting('app.account_id', true), '')::uuid)";

/**
 * Statements that make a table (or partitioned parent) safe to hold many accounts: row-level
 * security, FORCED, with the account's policy, and grants to `<service>_app` on this table only.
 * Partitions get no grants: a query that named one would bypass its parent's policies.
 * The table must have `account_id uuid`.
 */
export function tableSecurity(
  service: string,
  table: string,
  commands: readonly Command[] = everyCommand,
): string[] {
  const { app } = rolesOf(service);
  return [
    ...lockedTable(table),
    `create policy account on ${table} to ${app} using (${ofThisAccount}) ` +
      `with check (${ofThisAccount})`,
    `grant ${commands.join(", ")} on ${table} to ${app}`,
  ];
}

/** Brings the account's policy of a table that exists up to date with `tableSecurity`. */
export function renewedPolicy(table: string): string {
  plain(table);
  return `alter policy account on ${table} using (${ofThisAccount}) with check (${ofThisAccount})`;
}

/** Row-level security, FORCED, with no policy and no grant: nobody may, until a policy says so. */
export function lockedTable(table: string): string[] {
  plain(table);
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `revoke all on ${table} from public`,
  ];
}

/** Lets `<service>_worker` use these commands on the table's rows of every account. */
export function workerPolicy(
  service: string,
  table: string,
  commands: readonly Command[],
): string[] {
  return crossAccountPolicy(rolesOf(service).worker, "worker", table, commands);
}

/** Lets the functions owned by `<service>_lookup` use these commands on rows of every account. */
export function lookupPolicy(
  service: string,
  table: string,
  commands: readonly Command[] = ["select"],
): string[] {
  return crossAccountPolicy(rolesOf(service).lookup, "lookup", table, commands);
}

function crossAccountPolicy(
  role: string,
  name: string,
  table: string,
  commands: readonly Command[],
): string[] {
  plain(table);
  const policies = commands.map((command) => {
    const using = command === "insert" ? "" : " using (true)";
    const check = command === "insert" || command === "update" ? " with check (true)" : "";
    return `create policy ${name}_${command} on ${table} for ${command} to ${role}${using}${check}`;
  });
  return [...policies, `grant ${commands.join(", ")} on ${table} to ${role}`];
}
