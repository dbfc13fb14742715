import { type AskAgain, askAgainAfterMs, callsThatFit, grant, roomOf } from "../domain/grant.ts";
import type { Lease } from "../domain/lease.ts";
import type { MeterSet } from "../domain/meter-set.ts";
import { USED_UP_PERCENT, watchedPercents } from "../domain/threshold.ts";
import { refusesAt } from "../domain/usage-limit.ts";
import type { AskedBundle, BundlePart } from "./asked-bundle.ts";
import { type GateRates, shareRates } from "./gate-rates.ts";
import {
  type LeaseAnswer,
  type LeaseGrant,
  type LeaseState,
  UNKNOWN,
  VALID_FOR_MS,
} from "./lease-answer.ts";
import { LeaseDesk } from "./lease-desk.ts";
import type { LeaseRequest } from "./lease-request.ts";
import type { Store } from "./needs.ts";
import { noteCrossings, type Passed } from "./note-crossings.ts";
import type { CounterRow } from "./quota-store.ts";

/** A request with its bundles; undefined where limits cannot be known. */
export interface GateQuestion {
  readonly request: LeaseRequest;
  readonly bundles: readonly (AskedBundle | undefined)[];
  /** By which the bundles were made. */
  readonly meters: MeterSet;
  readonly settings: AskAgain & { readonly leaseLifetimeMs: number };
  readonly now: Date;
}

/** What was read for a gate, all of it locked. */
export interface GateRows {
  /** Counters of its asks and leases. */
  readonly counters: readonly CounterRow[];
  readonly leases: readonly Lease[];
}

/**
 * Answers a gate on counters that are locked: all its asks are granted on their figures, in order.
 * Gives the answer, and what becomes of the counters.
 */
export async function answerGate(store: Store, question: GateQuestion, rows: GateRows) {
  const desk = openDesk(question, rows);
  const rates = await shareRates(store, question.request, question.bundles);
  const decided = question.bundles.map((bundle) => {
    return bundle === undefined ? undefined : decide(desk, rates, bundle);
  });
  const change = desk.change();
  store.quotas.write(change);
  await noteRefusals(store, desk, decided, question.now);
  const grants = decided.map((one) => {
    return one === undefined ? UNKNOWN : toGrant(desk, rates, one, question);
  });
  const shares = [...rates.shares.values()];
  const eventMeterIds = question.meters.eventMeterIds(question.now);
  const leases = statesOf(desk, question.request);
  const answer: LeaseAnswer = { grants, leases, shares, eventMeterIds };
  return { answer, counters: change.counters };
}

/** A lease whose counter was dropped long ago has ended, and the gate must hear of it. */
function statesOf(desk: LeaseDesk, { known }: LeaseRequest): LeaseState[] {
  const states = desk.states();
  const told = new Set(states.map(({ counterId }) => counterId));
  const gone = known.filter(({ counterId }) => !told.has(counterId));
  const ended = { grantedTotal: 0n, expiresInMs: 0 };
  return [...states, ...gone.map(({ counterId }) => ({ counterId, ...ended }))];
}

function openDesk({ request, bundles, settings, now }: GateQuestion, rows: GateRows): LeaseDesk {
  const { gateId, known } = request;
  const { counters, leases } = rows;
  const parts = partsOf(bundles);
  const desk = new LeaseDesk(gateId, settings.leaseLifetimeMs, counters, leases);
  const own = new Map(
    leases.filter((one) => one.gateId === gateId).map((one) => [one.counterId, one]),
  );
  const knownBy = new Map(known.map((one) => [one.counterId, one]));
  for (const { counterId, windowEnd } of counters) {
    const asked = parts.get(counterId)?.limit.hard ?? false;
    if (!asked && !knownBy.has(counterId)) continue;
    const runs = windowEnd.getTime() > now.getTime();
    desk.open(counterId, own.get(counterId), knownBy.get(counterId), runs);
  }
  return desk;
}

/** The limits of a gate's asks, by counter. */
export function partsOf(bundles: GateQuestion["bundles"]): ReadonlyMap<string, BundlePart> {
  const parts = bundles.flatMap((bundle) => bundle?.parts ?? []);
  return new Map(parts.map((part) => [part.counter.counterId, part]));
}

interface Decided {
  readonly bundle: AskedBundle;
  readonly calls: bigint;
  /** The hard limits with too little room for all that was wanted, and how much they had. */
  readonly inTheWay: ReadonlyMap<BundlePart, bigint>;
}

function decide(desk: LeaseDesk, rates: GateRates, bundle: AskedBundle): Decided {
  const wanted = rates.atMost(BigInt(bundle.ask.wantedCalls), bundle.rates);
  const hard = bundle.parts.filter(({ limit }) => limit.hard);
  const asked = hard.map(({ limit, counter, cost }) => ({
    counter: desk.counter(counter.counterId),
    lease: desk.lease(counter.counterId),
    refusesAt: refusesAt(limit),
    cost,
  }));
  const inTheWay = new Map<BundlePart, bigint>();
  hard.forEach((part, at) => {
    const one = asked[at];
    // Of a closed lease it is not the limit that says no.
    const fits = one === undefined || one.lease.closed ? undefined : callsThatFit(one);
    if (fits !== undefined && fits < (wanted > 0n ? wanted : 1n)) inTheWay.set(part, fits);
  });
  return { bundle, calls: grant(wanted, asked), inTheWay };
}

function toGrant(
  desk: LeaseDesk,
  rates: GateRates,
  decided: Decided,
  { now, settings }: GateQuestion,
): LeaseGrant {
  const { bundle, calls, inTheWay } = decided;
  const limits = bundle.parts.map((part) => {
    const { limit, counter, cost } = part;
    const figures = desk.counter(counter.counterId);
    const upTo = limit.hard ? refusesAt(limit) : limit.quota;
    const applied = { limit, counter, consumed: figures.consumed, costPerCall: cost };
    const exhausted = inTheWay.get(part) === 0n;
    return { ...applied, remaining: roomOf(figures, upTo), exhausted };
  });
  const waiting = [...inTheWay.keys()].map(({ counter }) => ({
    leased: desk.counter(counter.counterId).leased,
    endsInMs: counter.span.end.getTime() - now.getTime(),
  }));
  // A share says itself when more may be asked for.
  const isShort = calls < BigInt(bundle.ask.wantedCalls) && waiting.length > 0;
  return {
    grantedCalls: Number(calls),
    limits,
    rates: rates.applied(bundle.rates),
    validForMs: VALID_FOR_MS,
    askAgainAfterMs: isShort ? askAgainAfterMs(waiting, settings) : 0,
    planName: bundle.planName,
    customerId: bundle.book.customerId,
    unknown: false,
  };
}

/** The first refused grant means "used up", unless counting said so before. */
async function noteRefusals(
  store: Store,
  desk: LeaseDesk,
  decided: readonly (Decided | undefined)[],
  now: Date,
): Promise<void> {
  const passed: Passed[] = [];
  for (const one of decided) {
    if (one === undefined || one.calls > 0n || one.bundle.ask.wantedCalls === 0) continue;
    for (const [{ limit, counter }, fits] of one.inTheWay) {
      const { consumed } = desk.counter(counter.counterId);
      const toldByCounting = consumed >= limit.quota && limit.quota > 0n;
      if (fits > 0n || toldByCounting) continue;
      const percents = watchedPercents([]).filter((percent) => percent <= USED_UP_PERCENT);
      passed.push({ counter, limit, used: consumed, percents, tell: true });
    }
  }
  await noteCrossings(store, passed, now);
}
