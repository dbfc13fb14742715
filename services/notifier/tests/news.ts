import { Customer } from "@tollbook/contracts/auth/v1";
import {
  AccountCreated,
  CustomerChanged,
  CustomerCreated,
} from "@tollbook/contracts/auth/v1/events";
import { InvoiceFinalized } from "@tollbook/contracts/billing/v1/events";
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { QuotaExhausted, QuotaThresholdCrossed } from "@tollbook/contracts/metering/v1/events";
import { newId } from "@tollbook/domain";
import { announcement } from "@tollbook/events";
import type { OutgoingEvent } from "@tollbook/service";

/** One account with one customer, as WeatherNow and Free Rider, and what is told of them. */
export interface Story {
  accountId: string;
  customerId: string;
  invoiceId: string;
  owner: string;
  billedAt: string;
  accountCreated: OutgoingEvent;
  customerCreated: OutgoingEvent;
  crossed: OutgoingEvent;
  exhausted: OutgoingEvent;
  invoiced: OutgoingEvent;
}

export interface StoryOptions {
  owners?: string[];
  billedAt?: string;
}

/** A new account each time, so that tests do not meet. */
export function newStory({ owners, ...options }: StoryOptions = {}): Story {
  const [accountId, customerId, invoiceId] = [newId(), newId(), newId()];
  const billedAt = options.billedAt ?? `accounts-${accountId}@rider.example`;
  const owner = `asha-${accountId}@weathernow.example`;
  const tell = <M>(codec: Parameters<typeof announcement<M>>[0], message: M) =>
    announcement(codec, message, accountId);
  return {
    ...{ accountId, customerId, invoiceId, owner, billedAt },
    accountCreated: tell(
      AccountCreated,
      AccountCreated.fromPartial({
        account: { accountId, name: "WeatherNow", timeZone: "Asia/Kolkata", currency: "INR" },
        ownerEmails: owners ?? [owner],
      }),
    ),
    customerCreated: tell(
      CustomerCreated,
      CustomerCreated.fromPartial({ customer: customerOf({ customerId }) }),
    ),
    crossed: tell(
      QuotaThresholdCrossed,
      QuotaThresholdCrossed.fromPartial({ ...limit, customerId, percent: 80, used: 800n }),
    ),
    exhausted: tell(
      QuotaExhausted,
      QuotaExhausted.fromPartial({ ...limit, customerId, used: 1000n }),
    ),
    invoiced: tell(
      InvoiceFinalized,
      InvoiceFinalized.fromPartial({
        ...bill,
        ...{ customerId, invoiceId, recipientEmail: billedAt },
      }),
    ),
  };
}

/** The same crossing by many customers of one account. */
export function crossings({ accountId, customerId }: Story, howMany: number): OutgoingEvent[] {
  return Array.from({ length: howMany }, () => {
    const message = { ...limit, customerId, percent: 80, used: 800n };
    const codec = QuotaThresholdCrossed;
    return announcement(codec, codec.fromPartial(message), accountId);
  });
}

/** The customer as auth tells of it. */
export function customerOf(
  { customerId }: Pick<Story, "customerId">,
  changes: Partial<Customer> = {},
): Customer {
  const freeRider = { externalId: "rider", name: "Free Rider", version: 1n };
  return Customer.fromPartial({ ...freeRider, customerId, ...changes });
}

/** The customer changed. */
export function changed(story: Story, changes: Partial<Customer>): OutgoingEvent {
  const message = CustomerChanged.fromPartial({ customer: customerOf(story, changes) });
  return announcement(CustomerChanged, message, story.accountId);
}

const limit = {
  limitName: "monthly calls",
  limit: 1000n,
  window: Window.MONTH,
  windowStartTime: new Date("2026-10-31T18:30:00Z"),
  resetTime: new Date("2026-11-30T18:30:00Z"),
  enforcement: Enforcement.HARD,
};

const bill = {
  number: "INV/26-27/000001",
  supplierName: "WeatherNow",
  recipientName: "Free Rider",
  total: { currency: "INR", amount: "20.00" },
  periodStartTime: new Date("2026-11-30T18:30:00Z"),
  periodEndTime: new Date("2026-12-31T18:30:00Z"),
  dueTime: new Date("2027-01-14T18:30:00Z"),
};
