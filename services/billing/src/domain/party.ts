/** A party of an invoice, as it was when the invoice was made. */
export interface Party {
  readonly name: string;
  readonly addressLines: readonly string[];
  /** In India the two-digit GST code of the State; may be empty. */
  readonly state: string;
  /** ISO 3166-1 alpha-2; may be empty. */
  readonly country: string;
  readonly taxNumber: string;
  readonly email: string;
}

/** What billing keeps of a customer; auth owns the rest. */
export interface CustomerRef {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
  readonly legalName: string;
  readonly addressLines: readonly string[];
  readonly city: string;
  readonly postalCode: string;
  readonly state: string;
  readonly country: string;
  readonly taxNumber: string;
  readonly billingEmail: string;
  /** Auth's: older news is ignored. */
  readonly version: bigint;
}

/** What billing keeps of an account; auth owns the rest. */
export interface AccountRef {
  readonly accountId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly country: string;
  /** Auth's: older news is ignored. */
  readonly version: bigint;
}

/** Who is billed. */
export function recipientOf(customer: CustomerRef): Party {
  const town = [customer.city, customer.postalCode].filter((part) => part !== "").join(" ");
  return {
    name: customer.legalName || customer.name,
    addressLines: town === "" ? customer.addressLines : [...customer.addressLines, town],
    state: customer.state,
    country: customer.country,
    taxNumber: customer.taxNumber,
    email: customer.billingEmail || customer.email,
  };
}
