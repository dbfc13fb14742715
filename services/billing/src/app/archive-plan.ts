import type { Tx } from "@tollbook/service";
import type { Plan } from "../domain/plan.ts";
import type { Needs } from "./needs.ts";

/** Takes a plan off the list; its subscriptions go on. An archived plan stays archived. */
export const archivePlan =
  ({ plans, clock }: Needs) =>
  async (tx: Tx, planId: string): Promise<Plan> => {
    const plan = await plans.getForChange(tx, planId);
    if (plan.archiveTime) return plan;
    const archiveTime = clock.now();
    await plans.archive(tx, planId, archiveTime);
    return { ...plan, archiveTime };
  };
