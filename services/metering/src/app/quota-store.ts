import type { CounterKey } from "../domain/counter.ts";
import type { Lease } from "../domain/lease.ts";
import type { Release } from "../domain/released-holds.ts";

/** A counter's row. */
export interface CounterRow {
  readonly counterId: string;
  readonly windowEnd: Date;
  readonly consumed: bigint;
  readonly leased: bigint;
  readonly stranded: bigint;
  /** Units of vanished gates that were given to others in this window. */
  readonly reclaimed: bigint;
}

/** What becomes of a counter after an answer to a gate. */
export interface CounterChange {
  readonly counterId: string;
  readonly leased: bigint;
  readonly stranded: bigint;
}

/** What becomes of the asking gate's lease: its totals, and whether its time begins anew. */
export interface LeaseChange {
  readonly counterId: string;
  readonly grantedTotal: bigint;
  readonly returnedTotal: bigint;
  readonly reclaimed: bigint;
  readonly renewed: boolean;
  readonly final: boolean;
}

/** An answer to a gate, ready to be written. */
export interface QuotaChange {
  /** Whose leases these are; undefined if there are none. */
  readonly gateId: string | undefined;
  readonly leases: readonly LeaseChange[];
  /** Leases of other gates that expired: their units become stranded. */
  readonly expired: readonly { readonly counterId: string; readonly gateId: string }[];
  readonly counters: readonly CounterChange[];
  readonly lifetimeMs: number;
}

/** By counter: units consumed afterwards, and units that came back of those given to others. */
export interface ConsumedUnits {
  readonly after: ReadonlyMap<string, bigint>;
  readonly late: ReadonlyMap<string, bigint>;
}

/** Counters and leases of one account, in one transaction; counters are locked first, sorted. */
export interface QuotaStore {
  /**
   * Adds what was consumed and gives back what was held, clamped to what is out. Counters that
   * are not there are made.
   */
  consume(
    consumed: readonly { readonly counter: CounterKey; readonly units: bigint }[],
    releases: readonly Release[],
  ): Promise<ConsumedUnits>;
  /** Locks counters; those that are not there are left out. */
  lock(counterIds: readonly string[]): Promise<CounterRow[]>;
  /** Makes counters that are not there, with nothing consumed. */
  make(counters: readonly CounterKey[]): Promise<void>;
  /** Sets what a counter has consumed, for a limit that begins to count in the middle. */
  setConsumed(counter: CounterKey, consumed: bigint): Promise<void>;
  /** The gates' leases on locked counters, and those of others that have expired with units out. */
  leases(counterIds: readonly string[], gateIds: readonly string[]): Promise<Lease[]>;
  /** Expired leases with units out on locked counters, whoever's. */
  expiredLeases(counterIds: readonly string[]): Promise<Lease[]>;
  /** Writes it with the commit. */
  write(change: QuotaChange): void;
  /**
   * Makes room of what is out on leases of a locked counter that expired so long ago or earlier.
   * Gives the units.
   */
  reclaim(counterId: string, expiredSinceMs: number): Promise<bigint>;
  /** Counters without a lock, for showing: expired leases count as stranded already. */
  figures(counterIds: readonly string[]): Promise<CounterRow[]>;
}

/** A percentage of a limit that a counter has passed. */
export interface Crossing {
  readonly counterId: string;
  readonly limitId: string;
  readonly limitVersion: bigint;
  readonly percent: number;
  readonly told: boolean;
}

/** Which percentages were passed, once for each counter, limit version and percentage. */
export interface ThresholdStore {
  /** Notes crossings; gives those that were not noted before. */
  note(crossings: readonly Crossing[], now: Date): Promise<Crossing[]>;
}
