import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { planIsArchived } from "../domain/errors.ts";
import { parsePlan } from "../domain/parse-plan.ts";
import type { Plan, PlanTerms } from "../domain/plan.ts";
import type { PlanInput } from "../domain/plan-input.ts";
import { accountIn } from "./known-account.ts";
import type { Needs, PlanItem } from "./needs.ts";
import { publishPlan } from "./publish-plan.ts";

/** Makes a plan with its first terms: as a draft, or published at once as version 1. */
export const createPlan =
  (needs: Needs) =>
  async (tx: Tx, input: PlanInput, publish: boolean): Promise<Plan> => {
    const planId = newId();
    const { terms, newItems } = await parseTerms(tx, needs, planId, input);
    const now = needs.clock.now();
    await needs.plans.add(tx, planId, now);
    await saveTerms(tx, needs, planId, terms, newItems);
    return publish ? publishPlan(needs)(tx, planId) : needs.plans.get(tx, planId);
  };

/** Changes a plan's draft, or begins one beside the published version, which never changes. */
export const updatePlanDraft =
  (needs: Needs) =>
  async (tx: Tx, planId: string, change: (plan: Plan) => PlanInput): Promise<Plan> => {
    const plan = await needs.plans.getForChange(tx, planId);
    if (plan.archiveTime) throw planIsArchived(planId);
    const { terms, newItems } = await parseTerms(tx, needs, planId, change(plan));
    await saveTerms(tx, needs, planId, terms, newItems);
    return needs.plans.get(tx, planId);
  };

/** Charges and limits keep their ids by name, from version to version. */
async function parseTerms(tx: Tx, needs: Needs, planId: string, input: PlanInput) {
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
  return { terms: parsePlan(input, { accountId, currency, idOf }), newItems };
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
