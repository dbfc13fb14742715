import type { Interval } from "@tollbook/domain";
import { notSeparable } from "../domain/errors.ts";
import type { InvoiceDraft } from "../domain/invoice.ts";
import type { PlanTerms, PlanVersion } from "../domain/plan.ts";
import type { UsageSum } from "../domain/rate-period.ts";
import { hasEnded, type StoredSubscription, stretchesOf } from "../domain/subscription.ts";
import { chosenVersion } from "./chosen-version.ts";
import { draftPeriod } from "./draft-period.ts";
import { type ChunkContext, loadChunk } from "./load-chunk.ts";
import type { Needs, PeriodToBill } from "./needs.ts";

export interface PreviewRequest {
  readonly subscriptionId: string;
  /** As if it were on this plan; empty means its own. */
  readonly planId: string;
}

/**
 * What the running period's invoice comes to so far: its usage until now, with the included
 * units and fees of the whole period.
 */
export const previewInvoice =
  (needs: Needs) =>
  async (accountId: string, request: PreviewRequest): Promise<InvoiceDraft> => {
    const { subscription, otherPlan } = await find(needs, accountId, request);
    const period: PeriodToBill = { ...subscription, ...subscription.period };
    const loaded = await loadChunk(needs, accountId, [period]);
    const context = otherPlan === undefined ? loaded : asIfOn(otherPlan, loaded, subscription);
    const usage: UsageSum[] = [];
    for (const stretch of stretchesOf(context.subscriptionOf(period), period)) {
      const span = untilNow(stretch, needs.clock.now());
      if (span === undefined) continue;
      for (const meterId of metersOf(context.termsOf(stretch))) {
        const asked = { customerId: subscription.customerId, meterId, span };
        const units = await needs.metering.unitsSoFar(accountId, asked);
        usage.push({ ...span, meterId, units });
      }
    }
    return draftPeriod(context, period, usage);
  };

/** The meters that charges price; a flat fee prices none. */
function metersOf({ charges }: PlanTerms): ReadonlySet<string> {
  return new Set(charges.map(({ meterId }) => meterId).filter((meterId) => meterId !== ""));
}

function find(needs: Needs, accountId: string, { subscriptionId, planId }: PreviewRequest) {
  return needs.database.inAccount(accountId, async (tx) => {
    const subscription = await needs.subscriptions.get(tx, subscriptionId);
    const { customerId, period } = subscription;
    // Running usage is asked for by customer, so there must be one subscription to give it to.
    const all = await needs.subscriptions.ofCustomers(tx, [customerId]);
    const others = all.filter((each) => each.subscriptionId !== subscriptionId);
    if (others.some((other) => !hasEnded(other, period.start))) throw notSeparable(customerId);
    const otherPlan = planId === "" ? undefined : await chosenVersion(tx, needs, planId, 0);
    return { subscription, otherPlan };
  });
}

function asIfOn(
  { planId, version, terms }: PlanVersion,
  context: ChunkContext,
  subscription: StoredSubscription,
): ChunkContext {
  const startTime = subscription.period.start;
  const only = { number: 1, startTime, planId, planVersion: version };
  return {
    ...context,
    subscriptionOf: () => ({ ...subscription, terms: [only] }),
    termsOf: () => terms,
  };
}

/** The part of a stretch that has passed; undefined if it has not begun. */
function untilNow({ start, end }: Interval, now: Date): Interval | undefined {
  if (start.getTime() >= now.getTime()) return undefined;
  return { start, end: end.getTime() < now.getTime() ? end : now };
}
