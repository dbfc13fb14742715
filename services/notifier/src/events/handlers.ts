import {
  AccountChanged,
  AccountCreated,
  CustomerChanged,
  CustomerCreated,
} from "@tollbook/contracts/auth/v1/events";
import { InvoiceFinalized } from "@tollbook/contracts/billing/v1/events";
import { QuotaExhausted, QuotaThresholdCrossed } from "@tollbook/contracts/metering/v1/events";
import { type EventHandler, on } from "@tollbook/events";
import type { Notifier } from "../app/index.ts";
import { accountOf, customerOf, invoiceOf, quotaOf } from "./heard.ts";

/** What the notifier listens for, and what it does about it. */
export function handlers(app: Notifier): Record<string, EventHandler> {
  return {
    ...on(AccountCreated, (told, event, tx) =>
      app.hearAccount(tx, accountOf(event, { ...told, version: 0n })),
    ),
    ...on(AccountChanged, (told, event, tx) => app.hearAccount(tx, accountOf(event, told))),
    ...on(CustomerCreated, (told, event, tx) =>
      app.hearCustomer(tx, customerOf(event, told.customer)),
    ),
    ...on(CustomerChanged, (told, event, tx) =>
      app.hearCustomer(tx, customerOf(event, told.customer)),
    ),
    ...on(QuotaThresholdCrossed, (told, event, tx) =>
      app.raiseAlert(tx, quotaOf(event, { ...told, kind: "quota-threshold" })),
    ),
    ...on(QuotaExhausted, (told, event, tx) =>
      app.raiseAlert(tx, quotaOf(event, { ...told, kind: "quota-exhausted", percent: 100 })),
    ),
    ...on(InvoiceFinalized, (told, event, tx) => app.raiseAlert(tx, invoiceOf(event, told))),
  };
}
