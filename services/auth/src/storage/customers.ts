import { LockMode } from "@mikro-orm/core";
import type { Tx } from "@tollbook/service";
import { codeOf } from "@tollbook/service/storage";
import type { Customers } from "../app/needs.ts";
import type { Customer } from "../domain/customer.ts";
import { customerNotFound, externalIdInUse } from "../domain/errors.ts";
import { accountOf } from "./account-of.ts";
import { CustomerRow } from "./schema.ts";

/** Those who call an account's API. */
export const customers: Customers = {
  async add(tx, customer) {
    tx.em.create(CustomerRow, { ...customer, accountId: accountOf(tx) });
    try {
      await tx.em.flush();
    } catch (error) {
      throw codeOf(error) === "23505" ? externalIdInUse(customer.externalId) : error;
    }
  },

  get: (tx, customerId) => one(tx, customerId),

  getForChange: (tx, customerId) => one(tx, customerId, LockMode.PESSIMISTIC_WRITE),

  async save(tx, customer) {
    const { customerId, name, email, billing, metadata, standing, version } = customer;
    const where = { accountId: accountOf(tx), customerId };
    const row = { name, email, billing, metadata, standing, version };
    await tx.em.nativeUpdate(CustomerRow, where, row);
  },

  async list(tx, page, filter) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { customerId: { $lt: page.beforeId } }),
      ...(filter.externalId && { externalId: filter.externalId }),
      ...(filter.nameContains && { name: { $ilike: `%${escapeLike(filter.nameContains)}%` } }),
    };
    const order = { orderBy: { customerId: "desc" as const }, limit: page.size + 1 };
    return (await tx.em.find(CustomerRow, where, order)).map(toCustomer);
  },

  async some(tx, customerIds, externalIds) {
    const either = [{ customerId: { $in: customerIds } }, { externalId: { $in: externalIds } }];
    const rows = await tx.em.find(CustomerRow, { accountId: accountOf(tx), $or: either });
    return rows.map(toCustomer);
  },
};

async function one(tx: Tx, customerId: string, lockMode = LockMode.NONE): Promise<Customer> {
  const where = { accountId: accountOf(tx), customerId };
  const row = await tx.em.findOne(CustomerRow, where, { lockMode });
  if (!row) throw customerNotFound(customerId);
  return toCustomer(row);
}

function toCustomer(row: CustomerRow): Customer {
  const { customerId, externalId, name, email, billing, metadata } = row;
  const { standing, version, createTime } = row;
  return {
    customerId,
    externalId,
    name,
    email,
    billing,
    metadata,
    standing,
    version,
    createTime,
  };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
