import type { AccountRef, Party } from "./party.ts";

/** Who bills, and how: what stands on top and at the foot of an account's invoices. */
export interface BillingProfile {
  readonly supplier: Party;
  /** What invoice numbers begin with. */
  readonly invoiceSeries: string;
  /** Days until an invoice is due. */
  readonly dueDays: number;
  /** Service accounting code of charges that name none. */
  readonly sac: string;
  readonly upiAddress: string;
  readonly footer: string;
}

/** Indian businesses commonly give two weeks. */
const DUE_DAYS_DEFAULT = 15;

/** Hosting and IT infrastructure provisioning. */
export const SAC_DEFAULT = "998315";

export const SERIES_DEFAULT = "INV";

/** The profile of an account that has set none: its own name, nothing more. */
export function defaultProfile(account: AccountRef): BillingProfile {
  return {
    supplier: {
      name: account.name,
      addressLines: [],
      state: "",
      country: account.country,
      taxNumber: "",
      email: "",
    },
    invoiceSeries: SERIES_DEFAULT,
    dueDays: DUE_DAYS_DEFAULT,
    sac: SAC_DEFAULT,
    upiAddress: "",
    footer: "",
  };
}
