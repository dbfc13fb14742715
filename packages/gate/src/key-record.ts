/** Whether a key works: `disabled` is for now, `revoked` for good. */
export type KeyState = "active" | "disabled" | "revoked";

/** How a customer stands: `suspended` by hand, `unpaid` by dunning. */
export type Standing = "good" | "suspended" | "unpaid";

/**
 * What the directory tells of one customer key. Times are business time in milliseconds since
 * 1970. Versions only grow; older news of a key or a customer is ignored.
 */
export interface KeyRecord {
  readonly keyId: string;
  readonly customerId: string;
  /** The account's own name for the customer. */
  readonly customerExternalId: string;
  readonly name: string;
  /** A test key is metered in counters of its own and never billed. */
  readonly test: boolean;
  readonly state: KeyState;
  /** When the key ends by itself; absent if never. */
  readonly expiresAtMs?: number | undefined;
  /** Endpoint patterns the key may call (see `mayCall`); empty means all. */
  readonly scopes: readonly string[];
  /** Addresses the key may be used from, as CIDR; empty means any. */
  readonly allowedCidrs: readonly string[];
  /** The account's own labels. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The subscription its calls are charged to; absent means the customer's default. */
  readonly subscriptionId?: string | undefined;
  /**
   * Whether the key has limits of its own. Keys of a subscription without any share their answers
   * about limits, so limits on a single key must show here.
   */
  readonly hasOwnLimits: boolean;
  readonly standing: Standing;
  readonly version: bigint;
  readonly customerVersion: bigint;
}

/** What every gate of an account needs to know of the account itself. */
export interface AccountState {
  /** A suspended account's gates refuse everything. */
  readonly suspended: boolean;
  /** What its gates do before any answer about limits came. */
  readonly defaultFailureMode: "closed" | "open";
}

/**
 * A Bloom filter over the SHA-256 of imported keys, which have no checksum of ours. Bit `n` is
 * bit `n % 8` of byte `⌊n / 8⌋`; hash function `i` is bytes 4i…4i+3 of the SHA-256 as a
 * big-endian number, modulo the number of bits. `hashes` is at most 8.
 */
export interface ImportedFilter {
  readonly bits: Uint8Array;
  readonly hashes: number;
}

/** One message of the stream of changes. `businessMs` is the server's business time. */
export type KeyNews = {
  /** The stream's version after this message: where a reopened stream goes on. */
  readonly version: bigint;
  readonly businessMs: number;
} & (
  | { readonly kind: "heartbeat"; readonly imported?: ImportedFilter | undefined }
  | { readonly kind: "key"; readonly key: KeyRecord }
  | {
      readonly kind: "customer";
      readonly customerId: string;
      readonly standing: Standing;
      readonly customerVersion: bigint;
    }
  | { readonly kind: "account"; readonly account: AccountState }
  /** News was missed: everything cached is to be forgotten. */
  | { readonly kind: "resync" }
);
