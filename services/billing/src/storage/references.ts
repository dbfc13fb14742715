import { LockMode } from "@mikro-orm/core";
import type { Tx } from "@tollbook/service";
import type { References } from "../app/needs.ts";
import type { CustomerRef } from "../domain/party.ts";
import { accountOf } from "./account-of.ts";
import { AccountRefRow, CustomerRefRow } from "./schema.ts";

/** What billing keeps of accounts and customers. */
export const references: References = {
  async account(tx) {
    return (await tx.em.findOne(AccountRefRow, { accountId: accountOf(tx) })) ?? undefined;
  },

  async saveAccount(tx, { accountId, name, timeZone, currency, country, version }) {
    await tx.sql(SAVE_ACCOUNT, [accountId, name, timeZone, currency, country, version]);
  },

  customer: (tx, customerId) => one(tx, customerId, LockMode.NONE),

  customerForChange: (tx, customerId) => one(tx, customerId, LockMode.PESSIMISTIC_WRITE),

  async customers(tx, customerIds) {
    const where = { accountId: accountOf(tx), customerId: { $in: [...customerIds] } };
    return tx.em.find(CustomerRefRow, where);
  },

  async saveCustomer(tx, customer) {
    await tx.sql(SAVE_CUSTOMER, [
      accountOf(tx),
      customer.customerId,
      customer.name,
      customer.email,
      customer.legalName,
      customer.addressLines,
      customer.city,
      customer.postalCode,
      customer.state,
      customer.country,
      customer.taxNumber,
      customer.billingEmail,
      customer.version,
    ]);
  },
};

async function one(
  tx: Tx,
  customerId: string,
  lockMode: LockMode,
): Promise<CustomerRef | undefined> {
  const where = { accountId: accountOf(tx), customerId };
  return (await tx.em.findOne(CustomerRefRow, where, { lockMode })) ?? undefined;
}

/** News may come in any order, and twice: only newer news is taken. */
const SAVE_ACCOUNT = `
  insert into account_ref as known (account_id, name, time_zone, currency, country, version)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (account_id) do update
  set name = excluded.name, time_zone = excluded.time_zone, currency = excluded.currency,
    country = excluded.country, version = excluded.version
  where known.version < excluded.version`;

const SAVE_CUSTOMER = `
  insert into customer_ref as known (account_id, customer_id, name, email, legal_name,
    address_lines, city, postal_code, state, country, tax_number, billing_email, version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (account_id, customer_id) do update
  set name = excluded.name, email = excluded.email, legal_name = excluded.legal_name,
    address_lines = excluded.address_lines, city = excluded.city,
    postal_code = excluded.postal_code, state = excluded.state, country = excluded.country,
    tax_number = excluded.tax_number, billing_email = excluded.billing_email,
    version = excluded.version
  where known.version < excluded.version`;
