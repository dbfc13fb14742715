import type { KeyNews, KeyRecord } from "./key-record.ts";
import type { LeaseAnswer, LeaseRelease, LeaseRequest, LeaseState } from "./lease-protocol.ts";
import type { UsageBatch, UsageReceipt } from "./usage-protocol.ts";

/**
 * What a gate asks of the outside. Every function may reject; deadlines are the adapter's, the
 * gate has its own patience on top. A DomainError of kind "invalid" or "conflict" from
 * `recordUsage` means the batch will never be taken; every other error is retried.
 */
export interface GatePorts {
  /** The record behind a SHA-256 (64 hex digits), or undefined if the account has no such key. */
  resolveKey(keySha256: string): Promise<KeyRecord | undefined>;
  /**
   * Changes since a version (undefined: only what comes from now on), then as they come, with a
   * heartbeat at once and every 5 seconds. Ends when `signal` aborts.
   */
  watchKeys(sinceVersion: bigint | undefined, signal: AbortSignal): AsyncIterable<KeyNews>;
  acquireLeases(request: LeaseRequest): Promise<LeaseAnswer>;
  /** Gives units back; answers how the leases stand, which shows grants whose reply was lost. */
  releaseLeases(release: LeaseRelease): Promise<readonly LeaseState[]>;
  /** Resolves only after metering's commit. */
  recordUsage(batch: UsageBatch): Promise<UsageReceipt>;
}
