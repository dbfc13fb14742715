/**
 * One lease as the database has it: all that one gate ever got of one counter and what became of
 * it. Totals only grow, so that a message about them may be lost, repeated or late.
 */
export interface Lease {
  readonly gateId: string;
  readonly counterId: string;
  readonly grantedTotal: bigint;
  /** Given back unspent by the gate. */
  readonly returnedTotal: bigint;
  /** Given back by items that were counted or finally rejected. */
  readonly releasedTotal: bigint;
  /** Given up by the owner although the gate never came back. */
  readonly reclaimedTotal: bigint;
  /** What is out counts as stranded instead of leased. */
  readonly stranded: boolean;
  /** How long it lasts by the database's clock; 0 if its time is over. */
  readonly expiresInMs: number;
  readonly final: boolean;
}

/** Units still out: neither given back nor released by an item. */
export function outstanding(lease: Lease): bigint {
  return lease.grantedTotal - lease.returnedTotal - lease.releasedTotal - lease.reclaimedTotal;
}

/** What a gate says of its lease. */
export interface KnownLease {
  readonly counterId: string;
  readonly grantedTotal: bigint;
  readonly returnedTotal: bigint;
  readonly unspent: bigint;
}

/** Units newly given back, of those that are out: a repeat or an older message gives none. */
export function newlyReturned(lease: Lease, returnedTotal: bigint): bigint {
  const units = returnedTotal - lease.returnedTotal;
  if (units <= 0n) return 0n;
  return atMost(outstanding(lease), units);
}

/**
 * Units the gate has to spend once it has read the answer: what it says it has, and what it was
 * granted in answers that never reached it; never more than is out.
 */
export function spendable(lease: Lease, known: KnownLease | undefined): bigint {
  const missed = lease.grantedTotal - (known?.grantedTotal ?? 0n);
  const units = (known?.unspent ?? 0n) + missed;
  return units <= 0n ? 0n : atMost(outstanding(lease), units);
}

function atMost(bound: bigint, units: bigint): bigint {
  if (units > bound) return bound;
  return units;
}
