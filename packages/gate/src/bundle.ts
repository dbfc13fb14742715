import type { Admission } from "./admission.ts";
import { SpendingRate } from "./spending-rate.ts";
import type { Terms } from "./terms.ts";
import type { CellDraft } from "./usage-cell.ts";
import type { UsageEvent } from "./usage-protocol.ts";

/** A call that waits for the ask in flight. */
export interface Waiter {
  /** Only looks: takes nothing. */
  readonly look: boolean;
  readonly settle: (admission: Admission) => void;
}

/** Whose calls, where: what all calls of a bundle have in common. */
export interface BundleIdentity {
  readonly caller: UsageEvent["caller"];
  readonly keyId: string;
  readonly customerId: string;
  readonly test: boolean;
  readonly endpoint: string;
  readonly method: string;
  readonly unitsPerCall: number;
}

/** Calls of one key to one endpoint that cost the same: the limits that apply to them. */
export class Bundle {
  readonly identity: BundleIdentity;
  /** Calls that came, let through or not; counted by the warm path. */
  calls = 0;
  readonly demand: SpendingRate;
  /** Cells of usage that are still open, for the recorder. */
  cells: CellDraft[] = [];
  /** The newest answer; undefined before the first. */
  terms: Terms | undefined;
  /** When the ask that is under way was queued or sent (elapsed); undefined if there is none. */
  askedAt: number | undefined;
  /** In the order they came. */
  readonly waiting = new Set<Waiter>();
  /** Calls let through by the bundle's own failure mode since metering answered last. */
  openCalls = 0;

  constructor(identity: BundleIdentity, now: number) {
    this.identity = identity;
    this.demand = new SpendingRate(now);
  }

  /** Calls that wait to be let through, looks apart. */
  get waitingCalls(): number {
    let calls = 0;
    for (const waiter of this.waiting) if (!waiter.look) calls += 1;
    return calls;
  }
}
