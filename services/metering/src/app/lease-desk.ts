import type { CounterFigures, LeaseFigures } from "../domain/grant.ts";
import {
  isOvertaken,
  type KnownLease,
  type Lease,
  outstanding,
  spendable,
  withoutUnheard,
  withReturned,
} from "../domain/lease.ts";
import type { LeaseState } from "./lease-answer.ts";
import type { CounterRow, QuotaChange } from "./quota-store.ts";

/** The asking gate's lease on one counter while its answer is worked out. */
interface OwnLease extends LeaseFigures {
  readonly grantedBefore: bigint;
  readonly returnedTotal: bigint;
  readonly reclaimed: bigint;
  /** The lease's time begins anew with this answer. */
  readonly renewed: boolean;
  /** The row exists, or will. */
  readonly there: boolean;
  readonly expiresInMs: number;
  /** The gate has said that it takes no more. */
  final: boolean;
}

/**
 * Locked counters and the leases on them, worked on in memory and written once. What expired is
 * stranded first, what the gate gives back is taken, what it may go on with is renewed; then asks
 * are granted on these figures.
 */
export class LeaseDesk {
  readonly #gateId: string;
  readonly #lifetimeMs: number;
  readonly #counters = new Map<string, CounterFigures>();
  readonly #own = new Map<string, OwnLease>();
  readonly #expired: Lease[] = [];

  constructor(
    gateId: string,
    lifetimeMs: number,
    rows: readonly CounterRow[],
    leases: readonly Lease[],
  ) {
    this.#gateId = gateId;
    this.#lifetimeMs = lifetimeMs;
    for (const { counterId, consumed, leased, stranded } of rows) {
      this.#counters.set(counterId, { consumed, leased, stranded });
    }
    for (const lease of leases) if (lease.gateId !== gateId) this.#strand(lease);
  }

  /**
   * Takes what the gate says of a counter. `renew`: its window runs, so what is out may be spent
   * for another lifetime, even if it was stranded meanwhile: the gate is there after all.
   */
  open(counterId: string, lease: Lease | undefined, known: KnownLease | undefined, renew: boolean) {
    if (lease === undefined) {
      this.#own.set(counterId, newLease(renew));
      return;
    }
    const told = withReturned(lease, known?.returnedTotal ?? 0n);
    const kept = renew ? withoutUnheard(told, known) : told;
    const overtaken = isOvertaken(kept, known);
    const renewed = renew && !lease.final && !overtaken;
    this.#move(lease, kept, renewed);
    this.#own.set(counterId, {
      grantedBefore: kept.grantedTotal,
      returnedTotal: kept.returnedTotal,
      reclaimed: kept.reclaimed,
      unspent: renewed ? spendable(kept, known) : 0n,
      added: 0n,
      closed: lease.final || overtaken,
      final: lease.final,
      renewed,
      there: true,
      expiresInMs: lease.stranded || overtaken ? 0 : lease.expiresInMs,
    });
  }

  /** Notes that the gate takes no more from a counter. */
  close(counterId: string): void {
    const own = this.#own.get(counterId);
    if (own !== undefined) own.final = true;
  }

  /** A counter's figures; of one that is not there, nothing. */
  counter(counterId: string): CounterFigures {
    const known = this.#counters.get(counterId);
    if (known !== undefined) return known;
    const nothing = { consumed: 0n, leased: 0n, stranded: 0n };
    this.#counters.set(counterId, nothing);
    return nothing;
  }

  /** The gate's lease on a counter that was opened. */
  lease(counterId: string): OwnLease {
    const own = this.#own.get(counterId);
    if (own === undefined) throw new Error("a lease is worked on that was not opened");
    return own;
  }

  /** How the gate's leases stand. */
  states(): LeaseState[] {
    return [...this.#own].map(([counterId, own]) => {
      const lives = own.renewed && (own.there || own.added > 0n);
      const expiresInMs = lives ? this.#lifetimeMs : own.expiresInMs;
      return { counterId, grantedTotal: own.grantedBefore + own.added, expiresInMs };
    });
  }

  /** All that is to be written. */
  change(): QuotaChange {
    const leases = [...this.#own].flatMap(([counterId, own]) => {
      if (!own.there && own.added === 0n && !own.final) return [];
      const { returnedTotal, reclaimed, final } = own;
      const totals = { grantedTotal: own.grantedBefore + own.added, returnedTotal, reclaimed };
      return [{ counterId, ...totals, renewed: own.renewed && !final, final }];
    });
    const counters = [...this.#counters].map(([counterId, { leased, stranded }]) => {
      return { counterId, leased, stranded };
    });
    const expired = this.#expired;
    return { gateId: this.#gateId, leases, expired, counters, lifetimeMs: this.#lifetimeMs };
  }

  /** What came back leaves its counter; what is renewed counts as leased again. */
  #move(before: Lease, after: Lease, renewed: boolean): void {
    const counter = this.counter(before.counterId);
    if (before.stranded) counter.stranded -= outstanding(before);
    else counter.leased -= outstanding(before);
    if (before.stranded && !renewed) counter.stranded += outstanding(after);
    else counter.leased += outstanding(after);
  }

  #strand(lease: Lease): void {
    const counter = this.counter(lease.counterId);
    counter.leased -= outstanding(lease);
    counter.stranded += outstanding(lease);
    this.#expired.push(lease);
  }
}

function newLease(renewed: boolean): OwnLease {
  const totals = { grantedBefore: 0n, returnedTotal: 0n, reclaimed: 0n, unspent: 0n, added: 0n };
  return { ...totals, closed: false, final: false, renewed, there: false, expiresInMs: 0 };
}
