import type { Permission, PermissionTable } from "@tollbook/service";

const reading: Permission = {
  roles: ["owner", "admin", "billing", "viewer"],
  scope: "billing:read",
};
const writing: Permission = { roles: ["owner", "admin", "billing"], scope: "billing:write" };
/** The notifier attaches invoices to its e-mails. */
const readingForServices: Permission = { ...reading, services: true };

export const planPermissions: PermissionTable = {
  CreatePlan: writing,
  GetPlan: reading,
  ListPlans: reading,
  UpdatePlanDraft: writing,
  PublishPlan: writing,
  ArchivePlan: writing,
  SimulatePlan: reading,
};

export const subscriptionPermissions: PermissionTable = {
  CreateSubscription: writing,
  GetSubscription: reading,
  ListSubscriptions: reading,
  ChangePlan: writing,
  PauseSubscription: writing,
  ResumeSubscription: writing,
  CancelSubscription: writing,
};

export const entitlementPermissions: PermissionTable = {
  DescribeEntitlements: { services: true },
};

export const invoicePermissions: PermissionTable = {
  PreviewInvoice: reading,
  ListInvoices: reading,
  GetInvoice: readingForServices,
  FinalizeInvoice: writing,
  VoidInvoice: writing,
  MarkInvoiceUncollectible: writing,
  ExplainLine: reading,
  GetInvoicePdf: readingForServices,
  GetInvoiceJson: reading,
  AddInvoiceItem: writing,
};

export const creditNotePermissions: PermissionTable = {
  CreateCreditNote: writing,
  GetCreditNote: reading,
  ListCreditNotes: reading,
  GetCreditNotePdf: readingForServices,
};

export const paymentPermissions: PermissionTable = {
  RecordPayment: writing,
  GetPayment: reading,
  ListPayments: reading,
  CreatePaymentLink: writing,
  RefundPayment: writing,
};

export const walletPermissions: PermissionTable = {
  GetWallet: reading,
  TopUpWallet: writing,
  ListWalletEntries: reading,
};

export const couponPermissions: PermissionTable = {
  CreateCoupon: writing,
  ListCoupons: reading,
  RedeemCoupon: writing,
};

export const taxPermissions: PermissionTable = { CheckGstin: reading };

export const billingRunPermissions: PermissionTable = {
  RunBilling: writing,
  GetBillingRun: reading,
  ListBillingRuns: reading,
};

export const billingProfilePermissions: PermissionTable = {
  GetBillingProfile: reading,
  UpdateBillingProfile: writing,
};

export const reportPermissions: PermissionTable = {
  GetRevenue: reading,
  GetAgeing: reading,
  ExportGstSummary: reading,
};
