import type { Account, Customer } from "@tollbook/contracts/auth/v1";
import {
  AccountChanged,
  AccountCreated,
  CustomerChanged,
  CustomerCreated,
} from "@tollbook/contracts/auth/v1/events";
import { type EventHandler, on } from "@tollbook/events";
import type { References } from "../app/needs.ts";
import type { AccountRef, CustomerRef } from "../domain/party.ts";

/** Keeps the little of accounts and customers that invoices need. Order does not matter. */
export const onAuthNews = (references: References): Record<string, EventHandler> => ({
  ...on(AccountCreated, async ({ account }, _event, tx) => {
    // The first news of an account has no version: any other is newer.
    if (account) await references.saveAccount(tx, toAccount(account, 0n));
  }),
  ...on(AccountChanged, async ({ account, version }, _event, tx) => {
    if (account) await references.saveAccount(tx, toAccount(account, version));
  }),
  ...on(CustomerCreated, async ({ customer }, _event, tx) => {
    if (customer) await references.saveCustomer(tx, toCustomer(customer));
  }),
  ...on(CustomerChanged, async ({ customer }, _event, tx) => {
    if (customer) await references.saveCustomer(tx, toCustomer(customer));
  }),
});

function toAccount(account: Account, version: bigint): AccountRef {
  const { accountId, name, timeZone, currency, country } = account;
  return { accountId, name, timeZone, currency, country, version };
}

/** What auth says of a customer, in the words of an invoice. */
export function toCustomer(customer: Customer): CustomerRef {
  const { customerId, name, email, billing, version } = customer;
  return {
    ...{ customerId, name, email, version },
    legalName: billing?.legalName ?? "",
    addressLines: billing?.addressLines ?? [],
    city: billing?.city ?? "",
    postalCode: billing?.postalCode ?? "",
    state: billing?.state ?? "",
    country: billing?.country ?? "",
    taxNumber: billing?.taxNumber ?? "",
    billingEmail: billing?.email ?? "",
  };
}
