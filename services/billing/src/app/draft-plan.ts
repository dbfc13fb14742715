import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { planIsArchived } from "../domain/errors.ts";
import { parsePlan } from "../domain/parse-plan.ts";
import type { Plan, PlanTerms } from "../domain/plan.ts";
import type { PlanContext, PlanInput } from "../domain/plan-input.ts";
import { accountIn } from "./known-account.ts";
import type { Needs, PlanItem } from "./needs.ts";
import { publishPlan } from "./publish-plan.ts";

/** Meters a plan names, as `metersNamed` found them. */
type Meters = PlanContext["meters"];

interface NewPlan {
  readonly input: PlanInput;
  readonly meters: Meters;
  readonly publish: boolean;
}

interface PlanChange {
  readonly change: (plan: Plan) => PlanInput;
  readonly meters: Meters;
}

interface WrittenPlan {
  readonly planId: string;
  readonly input: PlanInput;
  readonly meters: Meters;
}

/** Makes a plan with its first terms: as a draft, or published at once as version 1. */
export const createPlan =
  (needs: Needs) =>
  async (tx: Tx, { input, meters, publish }: NewPlan): Promise<Plan> => {
    const planId = newId();
    const { terms, newItems } = await parseTerms(tx, needs, { planId, input, meters });
    const now = needs.clock.now();
    await needs.plans.add(tx, planId, now);
    await saveTerms(tx, needs, planId, terms, newItems);
    return publish ? publishPlan(needs)(tx, planId) : needs.plans.get(tx, planId);
  };

/** Changes a plan's draft, or begins one beside the published version, which never changes. */
export const updatePlanDraft =
  (needs: Needs) =>
  async (tx: Tx, planId: string, { change, meters }: PlanChange): Promise<Plan> => {
    const plan = await needs.plans.getForChange(tx, planId);
    if (plan.archiveTime) throw planIsArchived(planId);
    const input = change(plan);
    const { terms, newItems } = await parseTerms(tx, needs, { planId, input, meters });
    await saveTerms(tx, needs, planId, terms, newItems);
    return needs.plans.get(tx, planId);
  };

/** Charges and limits keep their ids by name, from version to version. */
async function parseTerms(tx: Tx, needs: Needs, { planId, input, meters }: WrittenPlan) {
  const { accountId, currency } = await accountIn(tx, needs);
  const ids = new Map<string, string>();
  for (const { kind, name, itemId } of await needs.plans.itemIds(tx, planId)) {
    ids.set(`${kind} ${name}`, itemId);
  }
  const newItems: PlanItem[] = [];
  const idOf = (kind: "charge" | "limit", name: string) => {
    const known = ids.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    const item: PlanItem = { kind, name, itemId: newId() };
    newItems.push(item);
    return item.itemId;
  };
  return { terms: parsePlan(input, { accountId, meters, currency, idOf }), newItems };
}

async function saveTerms(
  tx: Tx,
  { plans, clock }: Needs,
  planId: string,
  terms: PlanTerms,
  newItems: readonly PlanItem[],
): Promise<void> {
  await plans.saveDraft(tx, planId, terms, clock.now());
  await plans.addItems(tx, planId, newItems);
}
