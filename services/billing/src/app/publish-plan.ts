import type { Tx } from "@tollbook/service";
import { planHasNoDraft, planIsArchived } from "../domain/errors.ts";
import type { Plan } from "../domain/plan.ts";
import type { Needs } from "./needs.ts";

/** Publishes a plan's draft as its next version. Subscriptions stay on theirs until moved. */
export const publishPlan =
  ({ plans, clock }: Needs) =>
  async (tx: Tx, planId: string): Promise<Plan> => {
    const { draft, newest, archiveTime } = await plans.getForChange(tx, planId);
    if (archiveTime) throw planIsArchived(planId);
    if (draft === undefined) throw planHasNoDraft(planId);
    const version = (newest?.version ?? 0) + 1;
    await plans.publish(tx, { planId, version, ...draft, publishTime: clock.now() });
    return plans.get(tx, planId);
  };
