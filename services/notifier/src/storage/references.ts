import type { References } from "../app/needs.ts";
import { accountOf } from "./account-of.ts";
import { AccountReferenceRow, CustomerReferenceRow } from "./schema.ts";

/** Accounts and customers as auth last told of them. */
export const references: References = {
  async account(tx) {
    const row = await tx.em.findOne(AccountReferenceRow, { accountId: accountOf(tx) });
    return row ?? undefined;
  },

  async customer(tx, customerId) {
    const where = { accountId: accountOf(tx), customerId };
    const row = await tx.em.findOne(CustomerReferenceRow, where);
    return row ?? undefined;
  },

  async saveAccount(tx, account) {
    const { name, timeZone, currency, ownerEmails, version } = account;
    await tx.sql(saveAccount, [accountOf(tx), name, timeZone, currency, ownerEmails, version]);
  },

  async saveCustomer(tx, customer) {
    const { customerId, externalId, name, email, billingEmail, version } = customer;
    const values = [accountOf(tx), customerId, externalId, name, email, billingEmail, version];
    await tx.sql(saveCustomer, values);
  },
};

/** Two handlers may race; the row itself decides which news is newer. */
const saveAccount = `
  insert into account_reference as r
    (account_id, name, time_zone, currency, owner_emails, version)
  values ($1, $2, $3, $4, $5::text[], $6)
  on conflict (account_id) do update set
    name = excluded.name, time_zone = excluded.time_zone, currency = excluded.currency,
    owner_emails = excluded.owner_emails, version = excluded.version
  where r.version < excluded.version`;

const saveCustomer = `
  insert into customer_reference as r
    (account_id, customer_id, external_id, name, email, billing_email, version)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (account_id, customer_id) do update set
    external_id = excluded.external_id, name = excluded.name, email = excluded.email,
    billing_email = excluded.billing_email, version = excluded.version
  where r.version < excluded.version`;
