import type { Tx } from "@tollbook/service";
import type { BillingRun } from "../domain/billing-run.ts";
import { endedBy } from "./bill-account.ts";
import type { Needs } from "./needs.ts";

/**
 * Begins a run over all that is due, or joins the one under way; the scheduler does the work.
 * When nothing is due the run is done at once.
 */
export const runBilling =
  (needs: Needs) =>
  async (tx: Tx): Promise<BillingRun> => {
    const { periods, runs, clock } = needs;
    const due = await periods.countDue(tx, endedBy(needs));
    const run = await runs.open(tx, due, clock.now());
    if (due > 0) return run;
    await runs.done(tx, run.billingRunId, clock.now());
    return runs.get(tx, run.billingRunId);
  };
