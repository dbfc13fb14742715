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

/** A customer as auth tells of it, in its event or in its answer. */
export interface ToldCustomer {
  customerId: string;
  externalId: string;
  name: string;
  email: string;
  billing?: { email: string } | undefined;
  version: bigint;
}

/** What of it is kept. */
export function customerReference(accountId: string, told: ToldCustomer): CustomerReference {
  const { customerId, externalId, name, email, billing, version } = told;
  const billingEmail = billing?.email ?? "";
  return { accountId, customerId, externalId, name, email, billingEmail, version };
}
