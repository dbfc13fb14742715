import type { FailureMode, LimitRefusal } from "../src/lease-protocol.ts";
import type { ReferenceRate } from "./reference-rates.ts";

/** A limit of a customer, as a test states it. Windows are UTC's; `total` never resets. */
export interface LimitRule {
  readonly name: string;
  readonly customerId: string;
  readonly window: "minute" | "month" | "total";
  limit: number;
  /** A rate: the rest but name, customer and failure mode means nothing then. */
  readonly rate?: ReferenceRate | undefined;
  readonly hard?: boolean | undefined;
  readonly refusal?: LimitRefusal | undefined;
  readonly failureMode?: FailureMode | undefined;
  /** Units a call costs at an endpoint; 1 if absent. */
  readonly cost?: ((endpoint: string, units: number) => number) | undefined;
}

/** What one gate was given of one counter, and what became of it. */
export interface LeaseRow {
  granted: bigint;
  returned: bigint;
  released: bigint;
  /** Ended by the owner as stranded. */
  ended: bigint;
  /** Granted, ended, and never known to the gate: kept out of the total it is told. */
  voided: bigint;
  expiresAt: number;
}

/** What one customer used of one limit's meter in one window, live or test. */
export interface Counter {
  readonly counterId: string;
  readonly rule: LimitRule;
  readonly windowStartMs: number | undefined;
  readonly windowEndMs: number | undefined;
  consumed: bigint;
  readonly rows: Map<string, LeaseRow>;
}

export function newCounter(rule: LimitRule, timeMs: number, counterId: string): Counter {
  const [windowStartMs, windowEndMs] = windowOf(rule, timeMs);
  return { counterId, rule, windowStartMs, windowEndMs, consumed: 0n, rows: new Map() };
}

/** Start and end of a rule's window at a moment. */
export function windowOf({ window }: LimitRule, timeMs: number): [number?, number?] {
  const minute = Math.floor(timeMs / 60_000) * 60_000;
  if (window === "minute") return [minute, minute + 60_000];
  if (window === "total") return [];
  const [year, month] = [new Date(timeMs).getUTCFullYear(), new Date(timeMs).getUTCMonth()];
  return [Date.UTC(year, month), Date.UTC(year, month + 1)];
}

export function rowOf(counter: Counter, gateId: string): LeaseRow {
  const known = counter.rows.get(gateId);
  if (known !== undefined) return known;
  const row = { granted: 0n, returned: 0n, released: 0n, ended: 0n, voided: 0n, expiresAt: 0 };
  counter.rows.set(gateId, row);
  return row;
}

/** Units of a lease that are neither given back nor released by items. */
export function outstanding({ granted, returned, released, ended }: LeaseRow): bigint {
  return max(0n, granted - returned - released - ended);
}

/** Units free to grant. */
export function roomOf({ rule, consumed, rows }: Counter): bigint {
  let held = 0n;
  for (const row of rows.values()) held += outstanding(row);
  return max(0n, BigInt(rule.limit) - consumed - held);
}

export function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
