import type { Admission } from "./admission.ts";
import { SpendingRate } from "./spending-rate.ts";
import type { Terms } from "./terms.ts";

/** A call that waits for the ask in flight. */
export interface Waiter {
  /** Only looks: takes nothing. */
  readonly look: boolean;
  readonly settle: (admission: Admission) => void;
}

/** What calls have in common to which the same limits apply. */
export interface BundleGroup {
  readonly customerId: string;
  readonly test: boolean;
  readonly endpoint: string;
  readonly method: string;
  readonly unitsPerCall: number;
}

/**
 * Calls to which the same limits apply at the same cost: those of one subscription's keys to one
 * endpoint; a key with limits of its own has bundles of its own.
 */
export class Bundle {
  readonly group: BundleGroup;
  /** The key that called last: asks are made in its name. */
  keyId: string;
  /** Calls that came, let through or not; counted by the warm path. */
  calls = 0;
  readonly demand: SpendingRate;
  /** The newest answer; undefined before the first. */
  terms: Terms | undefined;
  /** When the ask that is under way was queued or sent (elapsed); undefined if there is none. */
  askedAt: number | undefined;
  /** In the order they came. */
  readonly waiting = new Set<Waiter>();
  /** Calls let through by the bundle's own failure mode since metering answered last. */
  openCalls = 0;
  /** Calls let through since the recorder became full. */
  overflowCalls = 0;

  constructor(group: BundleGroup, keyId: string, now: number) {
    this.group = group;
    this.keyId = keyId;
    this.demand = new SpendingRate(now);
  }

  /** Calls that wait to be let through, looks apart. */
  get waitingCalls(): number {
    let calls = 0;
    for (const waiter of this.waiting) if (!waiter.look) calls += 1;
    return calls;
  }
}
