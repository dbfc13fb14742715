import type { Tx } from "@tollbook/service";
import { finalizeInvoice } from "../domain/finalize-invoice.ts";
import { type Invoice, type InvoiceDraft, isOwed } from "../domain/invoice.ts";
import { seriesOf } from "../domain/invoice-number.ts";
import { draftPeriod } from "./draft-period.ts";
import { type ChunkContext, loadChunk } from "./load-chunk.ts";
import type { BilledPeriod, Needs, PeriodToBill, SealedPeriod } from "./needs.ts";
import { type SealFailure, sealChunk } from "./seal-chunk.ts";

export interface ChunkToBill {
  readonly accountId: string;
  readonly billingRunId: string;
  readonly chunk: readonly PeriodToBill[];
}

/** A period that is rated and not yet billed. */
interface RatedPeriod {
  readonly period: PeriodToBill;
  readonly sealed: SealedPeriod;
  /** Undefined if nothing is owed. */
  readonly draft: InvoiceDraft | undefined;
}

/**
 * Seals periods at metering, rates them, and finalizes their invoices in one transaction. Gives
 * those that could not be sealed or rated, each with its error; one bad period stops no other.
 */
export async function billChunk(needs: Needs, request: ChunkToBill): Promise<SealFailure[]> {
  const context = await loadChunk(needs, request.accountId, request.chunk);
  const { sealed, failures } = await sealChunk(needs, request.accountId, context, request.chunk);
  const rated: RatedPeriod[] = [];
  for (const { period, seal } of sealed) {
    try {
      const draft = draftPeriod(context, period, seal.usage);
      const charged = isOwed(draft) && !isWaived(context, period);
      rated.push({ period, sealed: seal, draft: charged ? draft : undefined });
    } catch (error) {
      failures.push({ period, error });
    }
  }
  if (rated.length > 0) {
    const { accountId, billingRunId } = request;
    await needs.database.inAccount(accountId, (tx) =>
      finalizeChunk(tx, needs, { context, billingRunId, rated }),
    );
  }
  return failures;
}

/** A cancelled subscription may have been let go without its last invoice. */
function isWaived({ subscriptionOf }: ChunkContext, period: PeriodToBill): boolean {
  const { endTime, withoutFinalInvoice } = subscriptionOf(period);
  return withoutFinalInvoice && endTime?.getTime() === period.end.getTime();
}

interface ChunkToFinalize {
  readonly context: ChunkContext;
  readonly billingRunId: string;
  readonly rated: readonly RatedPeriod[];
}

/** Numbers, documents, periods, progress and news: all in one commit, or nothing. */
async function finalizeChunk(tx: Tx, needs: Needs, request: ChunkToFinalize): Promise<void> {
  const { context, billingRunId, rated } = request;
  const open = await needs.periods.lockUnbilled(
    tx,
    rated.map(({ period }) => period),
  );
  const stillOpen = new Set(open.map(nameOf));
  const fresh = rated.filter(({ period }) => stillOpen.has(nameOf(period)));
  const drafts = fresh.flatMap(({ draft }) => (draft === undefined ? [] : [draft]));
  const invoices = await numbered(tx, needs, context, drafts);
  await needs.invoices.addFinalized(tx, invoices);
  await needs.periods.markBilled(tx, fresh.map(toBilled), needs.clock.now());
  await needs.runs.progress(tx, billingRunId, fresh.length, invoices.length);
  const { accountId } = context.account;
  for (const invoice of invoices) tx.announce(needs.news.invoiceFinalized(accountId, invoice));
}

/** Gives drafts a block of numbers; the series stays locked until the commit. */
async function numbered(
  tx: Tx,
  { invoices, clock }: Needs,
  { profile }: ChunkContext,
  drafts: readonly InvoiceDraft[],
): Promise<Invoice[]> {
  if (drafts.length === 0) return [];
  const now = clock.now();
  const numbers = seriesOf(profile.invoiceSeries, now);
  const block = { ...numbers, count: drafts.length, invoiceTime: now };
  const { first, invoiceTime } = await invoices.takeNumbers(tx, block);
  const { dueDays } = profile;
  return drafts.map((draft, index) => {
    const sequence = first + BigInt(index);
    return finalizeInvoice(draft, { numbers, sequence, invoiceTime, dueDays });
  });
}

function toBilled({ period, sealed, draft }: RatedPeriod): BilledPeriod {
  const { sealNumber, usageSha256 } = sealed;
  return { ...period, sealNumber, usageSha256, invoiceId: draft?.invoiceId };
}

function nameOf({ subscriptionId, start }: PeriodToBill): string {
  return `${subscriptionId} ${start.getTime()}`;
}
