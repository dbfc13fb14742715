import type { InvoiceAlert, QuotaAlert } from "../alert.ts";
import type { Letter, Template } from "../delivery.ts";

/** WeatherNow's month of November 2026, as the tests tell it. */
export const weatherNow = {
  name: "WeatherNow",
  timeZone: "Asia/Kolkata",
  currency: "INR",
  replyTo: "asha@weathernow.example",
};

const occurredTime = "2026-11-23T09:12:30.000Z";

export function quotaLetter(alert: Partial<QuotaAlert>, customerName = "ABC Pvt Ltd"): Letter {
  const about: QuotaAlert = {
    kind: "quota-threshold",
    customerId: "01936b5e-0000-7000-8000-000000000001",
    limitName: "monthly calls",
    used: "800",
    limit: "1000",
    percent: 80,
    window: "month",
    windowStartTime: "2026-10-31T18:30:00.000Z",
    resetTime: "2026-11-30T18:30:00.000Z",
    enforcement: "hard",
    ...alert,
  };
  const customerExternalId = customerName === "ABC Pvt Ltd" ? "abc" : "";
  const template = about.kind;
  const customer = { customerName, customerExternalId };
  return { template, account: weatherNow, ...customer, occurredTime, about };
}

export function invoiceLetter(
  invoice: Partial<InvoiceAlert> = {},
  template: Template = "invoice-finalized",
): Letter {
  const about: InvoiceAlert = {
    kind: "invoice-finalized",
    customerId: "01936b5e-0000-7000-8000-000000000001",
    invoiceId: "01936b5e-0000-7000-8000-000000000002",
    number: "INV/26-27/000001",
    supplierName: "WeatherNow",
    recipientName: "ABC Pvt Ltd",
    recipientEmail: "accounts@abc.example",
    currency: "INR",
    total: "20.00",
    periodStartTime: "2026-11-30T18:30:00.000Z",
    periodEndTime: "2026-12-31T18:30:00.000Z",
    dueTime: "2027-01-14T18:30:00.000Z",
    ...invoice,
  };
  const customer = { customerName: "ABC Pvt Ltd", customerExternalId: "abc" };
  return { template, account: weatherNow, ...customer, occurredTime, about };
}
