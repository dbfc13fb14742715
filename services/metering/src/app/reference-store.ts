import type { Interval } from "@tollbook/domain";
import type { CustomerBook, KeyReference, Subscription } from "../domain/customer-book.ts";
import type { RateLimit, RateTerms } from "../domain/rate-limit.ts";
import type { LimitTerms, UsageLimit } from "../domain/usage-limit.ts";

/** A key as auth tells it. */
export interface ToldKey {
  readonly keyId: string;
  readonly customerId: string;
  readonly subscriptionId: string | undefined;
  readonly test: boolean;
  /** In hex, if the teller knows it. */
  readonly keySha256: string | undefined;
  readonly limits: readonly LimitTerms[];
  /** Absent means none. */
  readonly rates?: readonly RateTerms[];
  readonly version: bigint;
}

/** An entitlement as billing tells it. */
export interface ToldEntitlement extends Omit<Subscription, "limits" | "rates" | "periods"> {
  readonly customerId: string;
  readonly periods: readonly Interval[];
  readonly limits: readonly LimitTerms[];
  /** Absent means none. */
  readonly rates?: readonly RateTerms[];
  readonly version: bigint;
  readonly revision: bigint;
}

/** The limits of a subscription or key. */
export interface SubjectLimits {
  readonly limits: readonly UsageLimit[];
  readonly rates: readonly RateLimit[];
}

/** What is asked for by name: keys by id or by SHA-256 in hex, customers by id. */
export interface KeyNames {
  readonly keyIds: readonly string[];
  readonly keySha256s: readonly string[];
}

/** Customers asked for by id or by the account's own name. */
export interface CustomerNames {
  readonly customerIds: readonly string[];
  readonly externalIds: readonly string[];
}

/** A customer as auth tells it; its external id never changes. */
export interface ToldCustomer {
  readonly customerId: string;
  readonly externalId: string;
}

/** A key that was found, under the name it was asked for. */
export interface FoundKey {
  readonly key: KeyReference;
  readonly keySha256: string | undefined;
}

/** What metering was told of accounts, customers, keys and entitlements. */
export interface ReferenceStore {
  findKeys(names: KeyNames): Promise<FoundKey[]>;
  /** Books of known customers, with periods that ended after `since`. */
  findBooks(customerIds: readonly string[], since: Date): Promise<CustomerBook[]>;
  /** Fences of known customers and the version of the account's meters, without a lock. */
  fences(
    customerIds: readonly string[],
  ): Promise<{ fences: ReadonlyMap<string, bigint>; metersVersion: bigint }>;
  accountZone(): Promise<string | undefined>;
  saveAccountZone(zone: string, version: bigint): Promise<void>;
  /** Customers by the account's own names, as far as they are known here. */
  findExternal(externalIds: readonly string[]): Promise<ToldCustomer[]>;
  /** Makes customers that are not there, and names those that had no name yet. */
  addCustomers(customers: readonly ToldCustomer[]): Promise<void>;
  markEntitled(customerIds: readonly string[]): Promise<void>;
  /** The version of the key that is here, or undefined. */
  keyVersion(keyId: string): Promise<bigint | undefined>;
  saveKey(key: ToldKey): Promise<void>;
  /** Version and revision of the entitlement that is here, and its start. */
  entitlementState(
    subscriptionId: string,
  ): Promise<{ version: bigint; revision: bigint; startTime: Date } | undefined>;
  saveEntitlement(entitlement: ToldEntitlement): Promise<void>;
  limitsOf(subjectId: string): Promise<SubjectLimits>;
  replaceLimits(subjectId: string, limits: SubjectLimits): Promise<void>;
  /** Limits of a customer or of all, sorted by customer, subject and limit, after a place. */
  listLimits(options: {
    customerId: string | undefined;
    limitId: string | undefined;
    after: { customerId: string; subjectId: string; limitId: string } | undefined;
    count: number;
  }): Promise<(UsageLimit | RateLimit)[]>;
}
