import type { CellRecord } from "../domain/cell-record.ts";
import { asUsageItem, faultsAt, type Moment } from "../domain/check-usage-item.ts";
import { cellIdentity } from "../domain/correction.ts";
import type { MeterSet } from "../domain/meter-set.ts";
import type { Verdicts } from "../domain/receipt.ts";
import type { Rejection, RejectionReason } from "../domain/rejection.ts";
import { type UsageFold, UsageFolder } from "../domain/usage-fold.ts";
import {
  type Hold,
  holdOf,
  type ReportedItem,
  type UsageBatch,
  type UsageItem,
} from "../domain/usage-item.ts";
import type { Caller } from "./reference-books.ts";
import type { EventHold } from "./usage-store.ts";

/** An event's hold, to be released once however often the event comes. */
export interface HeldByEvent extends EventHold {
  readonly hold: Hold;
}

/** A batch with every item judged; only duplicates are not known yet. */
export interface JudgedBatch {
  readonly batch: UsageBatch;
  /** Accepted items by where they count. */
  readonly folds: readonly UsageFold[];
  /** The events among them, in the order they were sent in. */
  readonly events: readonly UsageItem[];
  /** By which it was judged, and is counted. */
  readonly meters: MeterSet;
  /** What is kept of the cells among them; nothing of those that take back. */
  readonly cells: readonly CellRecord[];
  readonly verdicts: Verdicts;
  /** Holds of rejected events that have a good id: a repeat of them releases nothing. */
  readonly heldByRejected: readonly HeldByEvent[];
  /** Holds of other rejected items: the batch's id is all that tells a repeat. */
  readonly released: readonly Hold[];
  /** Calls for the live log alone; those that make no sense are left out. */
  readonly samples: readonly UsageFold[];
}

/** Splits a batch into items that may be counted once it is known whose they are, and the rest. */
export function sift(batch: UsageBatch, moment: Moment) {
  const faultOf = faultsAt(moment);
  const good: UsageItem[] = [];
  const faults = new Map<ReportedItem, RejectionReason>();
  for (const item of batch.items) {
    const fault = faultOf(item);
    if (fault === undefined) good.push(asUsageItem(item));
    else faults.set(item, fault);
  }
  const samples = (batch.samples ?? []).filter((item) => faultOf(item) === undefined);
  return { good, faults, samples: samples.map(asUsageItem) };
}

/** Judges a sifted batch by what is known of its callers and of meters. */
export function judgeBatch(
  batch: UsageBatch,
  { good, faults, samples }: ReturnType<typeof sift>,
  callers: ReadonlyMap<string, Caller>,
  meters: MeterSet,
): JudgedBatch {
  const folder = new UsageFolder();
  const events: UsageItem[] = [];
  const cells: UsageItem[] = [];
  const rejected = new Map(faults);
  const [retryEvents, retryCells]: [number[], number[]] = [[], []];
  for (const item of good) {
    const caller = callers.get(item.heading.callerName) ?? "later";
    if (caller === "later") (item.kind === "event" ? retryEvents : retryCells).push(item.index);
    else if (caller === "unknown") rejected.set(item, reasonOf(item));
    else if (item.kind === "cell" && meters.needsEvents(item)) {
      rejected.set(item, "CELL_NEEDS_EVENTS");
    } else {
      folder.add(item, caller);
      (item.kind === "event" ? events : cells).push(item);
    }
  }
  const rejections = [...rejected].map(([item, reason]) => rejectionOf(item, reason));
  const verdicts = { rejections, retryEvents, retryCells };
  const kept = { folds: folder.folds(), events, cells: keptCells(cells) };
  return {
    batch,
    ...kept,
    meters,
    verdicts,
    ...holdsOf(rejected),
    samples: foldsOf(samples, callers),
  };
}

function foldsOf(items: readonly UsageItem[], callers: ReadonlyMap<string, Caller>): UsageFold[] {
  const folder = new UsageFolder();
  for (const item of items) {
    const caller = callers.get(item.heading.callerName) ?? "unknown";
    if (caller !== "unknown" && caller !== "later") folder.add(item, caller);
  }
  return folder.folds();
}

function keptCells(cells: readonly UsageItem[]): CellRecord[] {
  const kept = cells.filter(({ corrects }) => corrects === undefined);
  return kept.map((item) => {
    const { index, count, units, requestBytes, responseBytes, latency } = item;
    const identity = cellIdentity(item);
    return { index, identity, count, units, requestBytes, responseBytes, latency };
  });
}

function reasonOf({ heading: { caller } }: UsageItem): RejectionReason {
  const isCustomer = caller.kind === "customer" || caller.kind === "external-customer";
  return isCustomer ? "CUSTOMER_UNKNOWN" : "KEY_UNKNOWN";
}

/** An item that is not taken, by its place. */
export function rejectionOf({ kind, index }: ReportedItem, reason: RejectionReason): Rejection {
  return { kind, index, reason };
}

const BAD_IDS: ReadonlySet<RejectionReason> = new Set([
  "ID_MALFORMED",
  "ID_TOO_OLD",
  "ID_TOO_FAR_AHEAD",
]);

function holdsOf(rejected: ReadonlyMap<ReportedItem, RejectionReason>) {
  const heldByRejected: HeldByEvent[] = [];
  const released: Hold[] = [];
  for (const [item, reason] of rejected) {
    const hold = holdOf(item);
    if (hold === undefined) continue;
    const hasId = item.kind === "event" && !item.foreign && !BAD_IDS.has(reason);
    if (hasId) heldByRejected.push({ eventId: item.eventId, gateId: hold.gateId, hold });
    else released.push(hold);
  }
  return { heldByRejected, released };
}
