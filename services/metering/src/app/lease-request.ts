import { isId, Violations } from "@tollbook/domain";
import type { KnownLease } from "../domain/lease.ts";
import type { HeldShare } from "../domain/rate-desk.ts";

/** One bundle asked for: all limits that apply to these calls, or nothing. */
export interface LeaseAsk {
  readonly keyId: string;
  readonly endpoint: string;
  readonly method: string;
  readonly wantedCalls: number;
  readonly unitsPerCall: bigint;
}

/** What a gate asks, and what it says it holds. */
export interface LeaseRequest {
  readonly gateId: string;
  readonly asks: readonly LeaseAsk[];
  readonly known: readonly KnownLease[];
  readonly shares: readonly HeldShare[];
}

/** What a gate gives back of one lease. */
export interface LeaseReturn {
  readonly counterId: string;
  readonly returnedTotal: bigint;
  readonly final: boolean;
}

/** What a gate gives back of one rate: all it holds. */
export interface ShareReturn {
  readonly bucketId: string;
  readonly number: bigint;
  readonly returnedMicro: bigint;
}

/** Asks of one request: a gate sends more in parts. */
const ASKS_MAX = 100;

/** Leases named in one request, those asked for and those given back. */
export const LEASES_MAX = 2_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws "invalid" INVALID_REQUEST with everything that is wrong with an ask of a gate. */
export function checkLeaseRequest({ gateId, asks, known, shares }: LeaseRequest): void {
  const violations = new Violations();
  checkGate(violations, gateId);
  if (asks.length > ASKS_MAX) {
    violations.add("asks", "TOO_MANY", `At most ${ASKS_MAX} asks at once.`);
  }
  asks.forEach(({ keyId }, at) => {
    if (!isId(keyId)) {
      violations.add(`asks[${at}].key_id`, "ID_MALFORMED", "Write a UUID of version 7.");
    }
  });
  checkCounters(violations, "known", known);
  checkBuckets(violations, "shares", shares);
  violations.throwIfAny();
}

/** The same for what a gate gives back. */
export function checkLeaseReturns(
  gateId: string,
  returns: readonly LeaseReturn[],
  shareReturns: readonly ShareReturn[],
): void {
  const violations = new Violations();
  checkGate(violations, gateId);
  checkCounters(violations, "returns", returns);
  checkBuckets(violations, "share_returns", shareReturns);
  violations.throwIfAny();
}

function checkGate(violations: Violations, gateId: string): void {
  if (!isId(gateId)) violations.add("gate_id", "ID_MALFORMED", "Write a UUID of version 7.");
}

function checkCounters(
  violations: Violations,
  field: string,
  leases: readonly { readonly counterId: string }[],
): void {
  const ids = leases.map(({ counterId }) => counterId);
  checkIds(violations, { field, of: "counter_id", what: "leases" }, ids);
}

function checkBuckets(
  violations: Violations,
  field: string,
  shares: readonly { readonly bucketId: string }[],
): void {
  const ids = shares.map(({ bucketId }) => bucketId);
  checkIds(violations, { field, of: "bucket_id", what: "shares" }, ids);
}

function checkIds(
  violations: Violations,
  { field, of, what }: { field: string; of: string; what: string },
  ids: readonly string[],
): void {
  if (ids.length > LEASES_MAX) {
    violations.add(field, "TOO_MANY", `At most ${LEASES_MAX} ${what} at once.`);
  }
  ids.forEach((id, at) => {
    if (UUID.test(id)) return;
    violations.add(`${field}[${at}].${of}`, "ID_MALFORMED", "Write its UUID.");
  });
}
