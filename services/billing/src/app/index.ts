import { archivePlan } from "./archive-plan.ts";
import { turnAll } from "./bill-account.ts";
import { billingProfile, updateBillingProfile } from "./billing-profile.ts";
import { cancelSubscription } from "./cancel-subscription.ts";
import { changePlan } from "./change-plan.ts";
import { createSubscription } from "./create-subscription.ts";
import { describeEntitlements } from "./describe-entitlements.ts";
import { createPlan, updatePlanDraft } from "./draft-plan.ts";
import { invoicePdf } from "./invoice-pdf.ts";
import { ensureAccount } from "./known-account.ts";
import { ensureCustomer, learnCustomers } from "./known-customer.ts";
import { metersNamed } from "./meters-named.ts";
import type { Needs } from "./needs.ts";
import { previewInvoice } from "./preview-invoice.ts";
import { publishPlan } from "./publish-plan.ts";
import { runBilling } from "./run-billing.ts";

/** What billing can do: the table of contents of this folder. */
export const billing = (needs: Needs) => ({
  ...needs,
  ensureAccount: ensureAccount(needs),
  learnCustomers: learnCustomers(needs),
  ensureCustomer: ensureCustomer(needs),
  metersNamed: metersNamed(needs),
  createPlan: createPlan(needs),
  updatePlanDraft: updatePlanDraft(needs),
  publishPlan: publishPlan(needs),
  archivePlan: archivePlan(needs),
  createSubscription: createSubscription(needs),
  changePlan: changePlan(needs),
  cancelSubscription: cancelSubscription(needs),
  describeEntitlements: describeEntitlements(needs),
  billingProfile: billingProfile(needs),
  updateBillingProfile: updateBillingProfile(needs),
  turnAll: (accountId: string) => turnAll(needs, accountId),
  runBilling: runBilling(needs),
  previewInvoice: previewInvoice(needs),
  invoicePdf: invoicePdf(needs),
});

export type Billing = ReturnType<typeof billing>;
