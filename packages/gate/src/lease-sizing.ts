import type { Bundle } from "./bundle.ts";
import type { Lease } from "./lease.ts";
import type { AskAnswer } from "./lease-protocol.ts";
import type { Terms } from "./terms.ts";

/** A lease holds this much of recent demand. */
const HORIZON_SECONDS = 1.5;
/** Nobody's first calls are asked for one by one. */
const CALLS_MIN = 10;
/** What one ask may want; far beyond any gate's second. */
const CALLS_MAX = 1_000_000;
/** With room for fewer asks of this size than that, the end is near: hold only what is needed. */
const TAIL_ASKS = 2;

/** Near a limit an ask wants this part of what is left: little enough for other gates to find some. */
const TAIL_SHARE = 8;

/** Units of each lease that calls of other bundles in the same request wait for. */
export type Claims = Map<Lease, number>;

/**
 * How many calls to ask for, unspent units included: the demand of the next seconds, or near the
 * limit just the calls that wait. Adds the bundle's own waiting calls to the claims, because asks
 * of one request may share a lease and each names what it wants in all.
 */
export function wantedCalls(bundle: Bundle, now: number, claims: Claims): number {
  const { terms, waitingCalls: waiting } = bundle;
  const claimed = callsClaimed(terms, claims);
  for (const { lease, cost } of terms?.takes ?? []) {
    claims.set(lease, (claims.get(lease) ?? 0) + waiting * cost);
  }
  const size = sizeInCalls(bundle, now);
  const own = Math.max(waiting, Math.min(size, callsInTail(terms)));
  return Math.min(own + claimed, CALLS_MAX);
}

/** Near a limit, a share of what it has left: many small asks would make every call wait for one. */
function callsInTail(terms: Terms | undefined): number {
  let calls = Number.POSITIVE_INFINITY;
  for (const { lease, cost, limit } of terms?.takes ?? []) {
    if (lease.tail) calls = Math.min(calls, Number(limit.remaining) / (cost * TAIL_SHARE));
  }
  return Math.floor(calls);
}

/** Sets how low each lease may get before more is asked for, and whether the end is near. */
export function resize(terms: Terms, answer: AskAnswer, wanted: number, size: number): void {
  const short = answer.grantedCalls < wanted;
  for (const { lease, cost, limit } of terms.takes) {
    const little = limit.remaining < BigInt(Math.ceil(TAIL_ASKS * size * cost));
    lease.tail = limit.exhausted || little || (short && limit.remaining < BigInt(wanted * cost));
    // What another limit in the bundle keeps small is not asked for again with each call.
    const held = Math.min(size, Math.max(answer.grantedCalls, 1));
    lease.lowWater = lease.tail ? 0 : Math.floor((held * cost) / 2);
  }
}

/** The demand of the next one to two seconds, in calls of this bundle. */
export function sizeInCalls(bundle: Bundle, now: number): number {
  const own = Math.ceil(bundle.demand.perSecond(now, bundle.calls) * HORIZON_SECONDS);
  return Math.min(Math.max(CALLS_MIN, own, sharedSize(bundle.terms, now)), CALLS_MAX);
}

/** Other bundles spend from the same leases: what they all take counts, in calls of this one. */
function sharedSize(terms: Terms | undefined, now: number): number {
  let calls = 0;
  for (const { lease, cost } of terms?.takes ?? []) {
    const units = lease.spending.perSecond(now, lease.taken) * HORIZON_SECONDS;
    calls = Math.max(calls, Math.ceil(units / cost));
  }
  return calls;
}

function callsClaimed(terms: Terms | undefined, claims: Claims): number {
  let calls = 0;
  for (const { lease, cost } of terms?.takes ?? []) {
    calls = Math.max(calls, Math.ceil((claims.get(lease) ?? 0) / cost));
  }
  return calls;
}
