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

/**
 * Keeps counting and changes apart. Ingest shares the rows of what it counted by, last of all,
 * and counts again if one has changed; a change of a customer, and a seal, take them alone.
 */
export interface FenceStore {
  /** Locks the rows FOR SHARE; gives the customers of which something changed since it was read. */
  share(customers: readonly SharedCustomer[], periods: readonly SharedPeriod[]): Promise<string[]>;
  /** Locks a customer and all its periods FOR UPDATE, the customer made if it was not there. */
  close(customerId: string): Promise<void>;
  /** Raises the fence of a closed customer: whoever counted by the old book counts again. */
  raise(customerId: string): Promise<void>;
}
