/**
 * `enforce` refuses; `shadow` decides the same but lets every call through; `meter-only` asks
 * nobody for leases, counts, and is the only mode that may lose counts (loudly).
 */
export type GateMode = "enforce" | "shadow" | "meter-only";

/** What a host may set. Times are milliseconds. */
export interface GateSettings {
  readonly mode: GateMode;
  /** The longest a key's first call waits for its record and its limits together. */
  readonly firstCallMs: number;
  /** The longest a later call waits for an ask in flight; then the failure mode decides. */
  readonly leaseWaitMs: number;
  /** An ask this old is taken for lost; should its answer come after all, it is still used. */
  readonly askOverdueMs: number;
  /** Units unused this long go back when there is plenty: twice what a lease is sized for. */
  readonly idleMs: number;
  /** Units unused this long go back while others may be waiting for them. */
  readonly idleInTailMs: number;
  /** Keys remembered: under 1 kB each. */
  readonly keysMax: number;
  /** Unknown keys remembered. */
  readonly unknownKeysMax: number;
  /** Leases remembered, about 250 bytes each; past it the gate starts over under a new gate id. */
  readonly leasesMax: number;
  /** Records are trusted this long after the last sign of life from auth. */
  readonly trustMs: number;
  /** Calls a bundle may let through when the account's default failure mode is open. */
  readonly defaultOpenBudgetCalls: number;
  /** Above this rate calls are folded into cells. */
  readonly eventsPerSecondMax: number;
  /** Above this many unacknowledged events calls are folded into cells. */
  readonly waitingEventsMax: number;
  /** Above this many unacknowledged items the failure mode decides: about 50 MB. */
  readonly waitingItemsMax: number;
  /** How long usage is gathered before it is sent. */
  readonly flushMs: number;
  /** A reservation that nobody settles is counted as reserved after this long. */
  readonly unsettledAfterMs: number;
}

/** The defaults, from the design's figures. */
export const GATE_DEFAULTS: GateSettings = {
  mode: "enforce",
  firstCallMs: 150,
  leaseWaitMs: 50,
  askOverdueMs: 250,
  idleMs: 3_000,
  idleInTailMs: 200,
  keysMax: 100_000,
  unknownKeysMax: 10_000,
  leasesMax: 200_000,
  trustMs: 5 * 60_000,
  defaultOpenBudgetCalls: 1_000,
  eventsPerSecondMax: 200,
  waitingEventsMax: 10_000,
  waitingItemsMax: 100_000,
  flushMs: 500,
  unsettledAfterMs: 15 * 60_000,
};
