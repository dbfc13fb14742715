/**
 * One lease as the database has it: all that one gate ever got of one counter and what became of
 * it. Totals only grow, so that a message about them may be lost, repeated or late.
 */
export interface Lease {
  readonly gateId: string;
  readonly counterId: string;
  /** Without units that were reclaimed before the gate ever heard of them: see `withoutUnheard`. */
  readonly grantedTotal: bigint;
  /** Given back unspent by the gate. */
  readonly returnedTotal: bigint;
  /** Given back by items that were counted or finally rejected. */
  readonly releasedTotal: bigint;
  /** Given to others although the gate never came back, and not seen again since. */
  readonly reclaimed: bigint;
  /** What is out counts as stranded instead of leased. */
  readonly stranded: boolean;
  /** How long it lasts by the database's clock; 0 if its time is over. */
  readonly expiresInMs: number;
  readonly final: boolean;
}

/** Units still out: neither given back nor released by an item. */
export function outstanding(lease: Lease): bigint {
  return lease.grantedTotal - lease.returnedTotal - lease.releasedTotal - lease.reclaimed;
}

/** Whether its time is over with units out that still count as leased. */
export function isOver(lease: Lease): boolean {
  return !lease.stranded && lease.expiresInMs === 0 && outstanding(lease) > 0n;
}

/** What a gate says of its lease. */
export interface KnownLease {
  readonly counterId: string;
  readonly grantedTotal: bigint;
  readonly returnedTotal: bigint;
  readonly unspent: bigint;
}

/**
 * The lease after its gate said how much it has given back in all: a repeat or an older message
 * changes nothing. Reclaimed units come back first: whoever had them has only those the gate was
 * granted afterwards, and these stay out until everything from before has come back.
 */
export function withReturned(lease: Lease, returnedTotal: bigint): Lease {
  const units = returnedTotal - lease.returnedTotal;
  if (units <= 0n) return lease;
  const again = atMost(lease.reclaimed, units);
  const free = atMost(outstanding(lease), units - again);
  const reclaimed = lease.reclaimed - again;
  return { ...lease, reclaimed, returnedTotal: lease.returnedTotal + again + free };
}

/**
 * The lease without the reclaimed units whose grant never reached the gate: it would take them
 * for new ones. They become units that were never granted.
 */
export function withoutUnheard(lease: Lease, known: KnownLease | undefined): Lease {
  const unheard = lease.grantedTotal - (known?.grantedTotal ?? 0n);
  if (unheard <= 0n) return lease;
  const units = atMost(lease.reclaimed, unheard);
  const { grantedTotal, reclaimed } = lease;
  return { ...lease, grantedTotal: grantedTotal - units, reclaimed: reclaimed - units };
}

/**
 * Whether the gate still means to spend units that were reclaimed: its clocks stood still while
 * its lease ended. It has to hear of that before it is given more.
 */
export function isOvertaken(lease: Lease, known: KnownLease | undefined): boolean {
  return lease.reclaimed > 0n && (known?.unspent ?? 0n) > outstanding(lease);
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
