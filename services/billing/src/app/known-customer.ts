import { customerNotFound } from "../domain/errors.ts";
import type { Needs } from "./needs.ts";

/**
 * Makes sure a customer is known: one created a moment ago may not have been heard of yet, so
 * auth is asked before the answer is CUSTOMER_NOT_FOUND. Not inside a transaction.
 */
export const ensureCustomer =
  ({ database, references, directory }: Needs) =>
  async (accountId: string, customerId: string): Promise<void> => {
    const known = await database.inAccount(accountId, (tx) => references.customer(tx, customerId));
    if (known) return;
    const customer = await directory.customer(accountId, customerId);
    if (customer === undefined) throw customerNotFound(customerId);
    await database.inAccount(accountId, (tx) => references.saveCustomer(tx, customer));
  };
