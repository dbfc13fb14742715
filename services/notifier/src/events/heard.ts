import type { Account, Customer } from "@tollbook/contracts/auth/v1";
import type { InvoiceFinalized } from "@tollbook/contracts/billing/v1/events";
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import type { QuotaExhausted } from "@tollbook/contracts/metering/v1/events";
import type { Window as WindowWord } from "@tollbook/domain";
import type { HeardEvent } from "@tollbook/events";
import type { Alert, QuotaAlert } from "../domain/alert.ts";
import {
  type AccountReference,
  type CustomerReference,
  customerReference,
} from "../domain/references.ts";

/** What auth told of an account. */
export function accountOf(
  { accountId }: HeardEvent,
  told: { account: Account | undefined; ownerEmails: readonly string[]; version: bigint },
): AccountReference {
  const { name, timeZone, currency } = present(told.account, "account");
  const { ownerEmails, version } = told;
  return { accountId, name, timeZone, currency, ownerEmails, version };
}

/** What auth told of a customer. */
export function customerOf(
  { accountId }: HeardEvent,
  told: Customer | undefined,
): CustomerReference {
  return customerReference(accountId, present(told, "customer"));
}

/** What metering told of a limit, nearly or wholly used up. */
export function quotaOf(
  event: HeardEvent,
  told: QuotaExhausted & Pick<QuotaAlert, "kind" | "percent">,
): Alert {
  const { customerId, limitName, kind, percent, windowStartTime, resetTime } = told;
  return alertOf(event, {
    kind,
    customerId,
    limitName,
    percent,
    used: `${told.used}`,
    limit: `${told.limit}`,
    window: windowWords[told.window] ?? "total",
    ...(windowStartTime && { windowStartTime: windowStartTime.toISOString() }),
    ...(resetTime && { resetTime: resetTime.toISOString() }),
    enforcement: told.enforcement === Enforcement.SOFT ? "soft" : "hard",
  });
}

/** What billing told of an invoice. */
export function invoiceOf(event: HeardEvent, told: InvoiceFinalized): Alert {
  const { customerId, invoiceId, number, supplierName, recipientName, recipientEmail } = told;
  const { currency, amount: total } = present(told.total, "total");
  const { periodStartTime, periodEndTime, dueTime } = told;
  return alertOf(event, {
    kind: "invoice-finalized",
    customerId,
    invoiceId,
    number,
    supplierName,
    recipientName,
    recipientEmail,
    currency,
    total,
    ...(periodStartTime && { periodStartTime: periodStartTime.toISOString() }),
    ...(periodEndTime && { periodEndTime: periodEndTime.toISOString() }),
    ...(dueTime && { dueTime: dueTime.toISOString() }),
  });
}

const windowWords: Readonly<Record<number, WindowWord>> = {
  [Window.MINUTE]: "minute",
  [Window.HOUR]: "hour",
  [Window.DAY]: "day",
  [Window.MONTH]: "month",
  [Window.PERIOD]: "period",
  [Window.TOTAL]: "total",
};

function alertOf({ id, accountId, occurredTime }: HeardEvent, about: Alert["about"]): Alert {
  return { accountId, eventId: id, occurredTime, about };
}

/** A producer that leaves out what its event is about is broken: the dead letter shows it. */
function present<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`the event has no ${field}`);
  return value;
}
