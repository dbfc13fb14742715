import {
  CouponServiceService,
  CreditNoteServiceService,
  PaymentServiceService,
  ReportServiceService,
  TaxServiceService,
  WalletServiceService,
} from "@tollbook/contracts/billing/v1";
import type { Door } from "@tollbook/service";
import {
  couponPermissions,
  creditNotePermissions,
  paymentPermissions,
  reportPermissions,
  taxPermissions,
  walletPermissions,
} from "./permissions.ts";

/** Services of the contract of which nothing is built yet: whoever may call gets UNIMPLEMENTED. */
export const unbuiltDoors: readonly Door[] = [
  {
    service: CreditNoteServiceService,
    implementation: {},
    permissions: creditNotePermissions,
  },
  { service: PaymentServiceService, implementation: {}, permissions: paymentPermissions },
  { service: WalletServiceService, implementation: {}, permissions: walletPermissions },
  { service: CouponServiceService, implementation: {}, permissions: couponPermissions },
  { service: TaxServiceService, implementation: {}, permissions: taxPermissions },
  { service: ReportServiceService, implementation: {}, permissions: reportPermissions },
];
