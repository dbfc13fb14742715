import { newId } from "@tollbook/domain";
import { draftInvoice, type InvoiceDraft } from "../domain/invoice.ts";
import { recipientOf } from "../domain/party.ts";
import { ratePeriod, type UsageSum } from "../domain/rate-period.ts";
import { stretchesOf } from "../domain/subscription.ts";
import type { ChunkContext } from "./load-chunk.ts";
import type { PeriodToBill } from "./needs.ts";

/** The draft of a period's invoice from its usage. Pure but for the id. */
export function draftPeriod(
  context: ChunkContext,
  toBill: PeriodToBill,
  usage: readonly UsageSum[],
): InvoiceDraft {
  const { subscriptionId, customerId, start, end } = toBill;
  const { account, profile } = context;
  const period = { start, end };
  const stretches = stretchesOf(context.subscriptionOf(toBill), period);
  const zone = account.timeZone;
  const termsOf = context.termsOf;
  const rated = ratePeriod({
    ...{ period, zone, stretches, usage, termsOf },
    callsMeterId: account.accountId,
  });
  const [first] = stretches;
  if (first === undefined) throw new Error("a period without a stretch");
  return draftInvoice({
    invoiceId: newId(),
    customerId,
    subscriptionId,
    currency: termsOf(first).currency,
    timeZone: zone,
    period,
    recipient: recipientOf(context.customerOf(toBill)),
    profile,
    rated,
  });
}
