/** The little of an account that an e-mail needs, as auth last told it. */
export interface AccountReference {
  accountId: string;
  name: string;
  timeZone: string;
  currency: string;
  ownerEmails: readonly string[];
  /** News with a smaller version is older, and ignored. */
  version: bigint;
}

/** The little of a customer that an e-mail needs, as auth last told it. */
export interface CustomerReference {
  accountId: string;
  customerId: string;
  externalId: string;
  name: string;
  /** Empty if there is none. */
  email: string;
  /** Where invoices go; empty means `email`. */
  billingEmail: string;
  /** News with a smaller version is older, and ignored. */
  version: bigint;
}
