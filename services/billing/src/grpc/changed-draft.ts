import type { UpdatePlanDraftRequest } from "@tollbook/contracts/billing/v1";
import { invalidField } from "@tollbook/domain";
import type { Plan } from "../domain/plan.ts";
import type { PlanInput } from "../domain/plan-input.ts";
import { fromProtoPlan, protoDraft } from "./convert-plan.ts";

/** Fields of a plan that a draft may change, as the contract names them. */
const CHANGEABLE: Readonly<Record<string, keyof PlanInput>> = {
  name: "name",
  currency: "currency",
  interval: "interval",
  charges: "charges",
  limits: "limits",
  tax_inclusive: "taxInclusive",
  trial_days: "trialDays",
  minimum_amount: "minimumAmount",
  maximum_amount: "maximumAmount",
};

/** A draft with the masked values changed; without a mask, all of them. */
export function changedDraft(request: UpdatePlanDraftRequest): (plan: Plan) => PlanInput {
  const { plan, updateMask } = request;
  const wanted = fromProtoPlan(plan);
  if (!updateMask || updateMask.length === 0) return () => wanted;
  const changes = Object.fromEntries(
    updateMask.map((path) => {
      const key = CHANGEABLE[path];
      if (key === undefined) throw fieldNotChangeable(path);
      return [key, wanted[key]];
    }),
  );
  return (known) => ({ ...fromProtoPlan(protoDraft(known)), ...changes });
}

function fieldNotChangeable(path: string) {
  const sentence = `${path} cannot change; these can: ${Object.keys(CHANGEABLE).join(", ")}.`;
  return invalidField("update_mask", "FIELD_NOT_CHANGEABLE", sentence);
}
