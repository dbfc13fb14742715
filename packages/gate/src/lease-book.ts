import { newId } from "@tollbook/domain";
import type { GateClock } from "./gate-clock.ts";
import { type Idleness, Lease } from "./lease.ts";
import type { LeaseState, LimitTerms } from "./lease-protocol.ts";
import { ShareBook } from "./share-book.ts";

/** Below this many leases nobody looks for ended windows. */
const TIDY_FROM = 1_000;
/** A window that ended this long ago is over on every clock, and its lease may be forgotten. */
const FORGET_AFTER_MS = 10 * 60_000;

/** All leases of one gate id, one for each counter. */
export class LeaseBook {
  /** Names the gate at metering: new at each start, and when a book is full. */
  readonly gateId = newId();
  readonly #leases = new Map<string, Lease>();
  /** A customer's leases are shared by its keys and endpoints. */
  readonly #byCustomer = new Map<string, Set<Lease>>();
  /** Leases with units to spend, or with returns that metering has not heard of. */
  readonly active = new Set<Lease>();
  /** What this gate id holds of rates. */
  readonly shares: ShareBook;
  #tidyAt = TIDY_FROM;
  #closed = false;

  constructor(clock: GateClock) {
    this.shares = new ShareBook(clock);
  }

  /** The lease on a limit's counter, made if this is the first time it is heard of. */
  leaseOn(limit: LimitTerms, customerId: string, now: number): Lease {
    const known = this.#leases.get(limit.counterId);
    if (known !== undefined) return known;
    const { windowStartMs = Number.NEGATIVE_INFINITY, windowEndMs = Number.POSITIVE_INFINITY } =
      limit;
    const lease = new Lease(limit.counterId, windowStartMs, windowEndMs, now);
    if (this.#closed) lease.close();
    this.#leases.set(limit.counterId, lease);
    this.#byCustomer.set(customerId, this.leasesOf(customerId).add(lease));
    return lease;
  }

  /** The leases on a customer's counters, its keys' own ones included. */
  leasesOf(customerId: string): Set<Lease> {
    return this.#byCustomer.get(customerId) ?? new Set();
  }

  /** Whether a lease is one of this book's. */
  has(lease: Lease): boolean {
    return this.#leases.get(lease.counterId) === lease;
  }

  /** Takes over how metering sees leases, in answer to what was sent at `askedAt` (elapsed). */
  apply(states: readonly LeaseState[], askedAt: number, now: number): void {
    for (const { counterId, grantedTotal, expiresInMs } of states) {
      const lease = this.#leases.get(counterId);
      if (lease === undefined) continue; // of a window long over
      lease.granted(grantedTotal, expiresInMs, askedAt, now);
      if (lease.unspent > 0 || lease.unreported) this.active.add(lease);
    }
  }

  /** Gives back what lapsed or lies unused, and forgets what is settled. */
  sweep(now: number, businessMs: number, idleness: Idleness): void {
    for (const lease of this.active) {
      lease.sweep(now, businessMs, idleness);
      if (lease.unspent === 0 && !lease.unreported) this.active.delete(lease);
    }
    if (this.#leases.size >= this.#tidyAt) this.#tidy(businessMs);
  }

  /** Leases whose returns metering has not heard of. */
  unreported(): Lease[] {
    return [...this.active].filter((lease) => lease.unreported);
  }

  /** Leases remembered, those of windows long over apart. */
  get size(): number {
    return this.#leases.size;
  }

  /** Gives everything back, also what late answers still bring. Returns the leases not yet over. */
  close(now: number): Lease[] {
    this.#closed = true;
    const open = [...this.#leases.values()].filter(
      (lease) => now < lease.deadline || lease.unreported || lease.unspent > 0,
    );
    for (const lease of this.#leases.values()) lease.close();
    for (const lease of open) if (lease.unreported) this.active.add(lease);
    return open;
  }

  #tidy(businessMs: number): void {
    for (const [counterId, lease] of this.#leases) {
      const over = businessMs >= lease.windowEndMs + FORGET_AFTER_MS;
      if (over && !this.active.has(lease)) this.#leases.delete(counterId);
    }
    for (const [customerId, leases] of this.#byCustomer) {
      for (const lease of leases) if (!this.has(lease)) leases.delete(lease);
      if (leases.size === 0) this.#byCustomer.delete(customerId);
    }
    this.#tidyAt = Math.max(TIDY_FROM, this.#leases.size * 2);
  }
}
