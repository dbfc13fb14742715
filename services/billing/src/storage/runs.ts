import { newId } from "@tollbook/domain";
import type { Runs } from "../app/needs.ts";
import type { BillingRun } from "../domain/billing-run.ts";
import { billingRunNotFound } from "../domain/errors.ts";
import { accountOf } from "./account-of.ts";
import { BillingRunRow } from "./schema.ts";

/** Long problems are for the log. */
const PROBLEM_LENGTH_MAX = 500;

/** Month-end runs; an account has at most one under way. */
export const runs: Runs = {
  async open(tx, periodsTotal, startTime) {
    const params = [accountOf(tx), newId(), periodsTotal, startTime];
    const [row] = await tx.sql<BillingRun>(OPEN, params);
    if (row === undefined) throw new Error("a billing run was neither found nor made");
    return { ...row, endTime: row.endTime ?? undefined };
  },

  async progress(tx, billingRunId, periodsDone, invoices) {
    const text = `update billing_run set state = 'running', periods_done = periods_done + $3,
        periods_total = greatest(periods_total, periods_done + $3), invoices = invoices + $4
      where account_id = $1 and billing_run_id = $2`;
    await tx.sql(text, [accountOf(tx), billingRunId, periodsDone, invoices]);
  },

  async incomplete(tx, billingRunId, problem) {
    const text = `update billing_run set state = 'incomplete', last_problem = $3
      where account_id = $1 and billing_run_id = $2 and state <> 'done'`;
    await tx.sql(text, [accountOf(tx), billingRunId, problem.slice(0, PROBLEM_LENGTH_MAX)]);
  },

  async done(tx, billingRunId, endTime) {
    const text = `update billing_run set state = 'done', end_time = $3, periods_total = periods_done
      where account_id = $1 and billing_run_id = $2 and state <> 'done'`;
    await tx.sql(text, [accountOf(tx), billingRunId, endTime]);
  },

  async get(tx, billingRunId) {
    const row = await tx.em.findOne(BillingRunRow, { accountId: accountOf(tx), billingRunId });
    if (!row) throw billingRunNotFound(billingRunId);
    return fromRow(row);
  },

  async list(tx, page) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { billingRunId: { $lt: page.beforeId } }),
    };
    const order = { orderBy: { billingRunId: "desc" as const }, limit: page.size + 1 };
    return (await tx.em.find(BillingRunRow, where, order)).map(fromRow);
  },
};

function fromRow({ endTime, ...rest }: BillingRunRow): BillingRun {
  return { ...rest, endTime: endTime ?? undefined };
}

/** What is due later joins the run that is under way, so its total may grow. */
const OPEN = `
  insert into billing_run as run (account_id, billing_run_id, state, periods_total, start_time)
  values ($1, $2, 'running', $3, $4)
  on conflict (account_id) where state <> 'done' do update
  set periods_total = greatest(run.periods_total, run.periods_done + excluded.periods_total)
  returning billing_run_id as "billingRunId", state, periods_total as "periodsTotal",
    periods_done as "periodsDone", invoices, start_time as "startTime", end_time as "endTime",
    last_problem as "lastProblem"`;
