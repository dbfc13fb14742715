/** A customer that usage without a billing period was counted for. */
export interface SharedCustomer {
  readonly customerId: string;
  readonly fence: bigint;
}

/** A billing period that usage was counted in. */
export interface SharedPeriod {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly start: Date;
  readonly fence: bigint;
  readonly sealNumber: number;
}

/** What was found when rows were shared. */
export interface Shared {
  /** Customers of which something changed since it was read. */
  readonly changedCustomerIds: readonly string[];
  /** Goes up whenever the account's meters change. */
  readonly metersVersion: bigint;
  /** Days up to here are summed in day rollups, which whoever counts for them adds to. */
  readonly foldedUntil: Date;
}

/**
 * Keeps counting and changes apart. Ingest shares the rows of what it counted by, last of all,
 * and counts again if one has changed; a change of a customer, and a seal, take them alone.
 */
export interface FenceStore {
  /** Locks the rows, and the account's own, FOR SHARE. */
  share(customers: readonly SharedCustomer[], periods: readonly SharedPeriod[]): Promise<Shared>;
  /** Locks a customer and all its periods FOR UPDATE, the customer made if it was not there. */
  close(customerId: string): Promise<void>;
  /** Raises the fence of a closed customer: whoever counted by the old book counts again. */
  raise(customerId: string): Promise<void>;
}
