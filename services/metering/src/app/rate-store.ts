import type { Rate } from "@tollbook/domain";
import type { BucketLevel } from "../domain/rate-bucket.ts";
import type { ShareRow } from "../domain/rate-desk.ts";
import type { RateLimit } from "../domain/rate-limit.ts";

/** A rate's bucket, and which it is. */
export interface NamedBucket {
  readonly bucketId: string;
  readonly limit: RateLimit;
  readonly test: boolean;
}

/** A bucket's row with its shares, and the rate it was last filled at. */
export interface BucketRow {
  readonly bucketId: string;
  readonly rate: Rate;
  readonly level: BucketLevel;
  readonly shares: readonly ShareRow[];
}

/** What becomes of a bucket after an answer to a gate. */
export interface BucketChange {
  readonly bucketId: string;
  readonly rate: Rate;
  readonly level: BucketLevel;
  /** The gate's share. */
  readonly share: ShareRow;
}

/** Buckets as they were at a moment of the database's clock. */
export interface FoundBuckets {
  readonly rows: readonly BucketRow[];
  readonly nowUs: bigint;
}

/** Buckets and shares of one account, in one transaction; buckets are locked first, sorted. */
export interface RateStore {
  /** Locks buckets; those that are not there are left out. */
  lock(bucketIds: readonly string[]): Promise<FoundBuckets>;
  /** Makes buckets that are not there, full. */
  make(buckets: readonly NamedBucket[]): Promise<void>;
  write(gateId: string, changes: readonly BucketChange[]): Promise<void>;
  /** Buckets without a lock, for showing. */
  figures(bucketIds: readonly string[]): Promise<FoundBuckets>;
}
