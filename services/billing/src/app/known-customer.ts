import { customerNotFound } from "../domain/errors.ts";
import type { Needs } from "./needs.ts";

/**
 * Asks auth for customers that have not been heard of yet: one created a moment ago may be faster
 * than the news of it. Those that auth does not know either stay unknown. Not inside a transaction.
 */
export const learnCustomers =
  ({ database, references, directory }: Needs) =>
  async (accountId: string, customerIds: readonly string[]): Promise<void> => {
    const known = await database.inAccount(accountId, (tx) =>
      references.customers(tx, customerIds),
    );
    const heardOf = new Set(known.map(({ customerId }) => customerId));
    const missing = customerIds.filter((customerId) => !heardOf.has(customerId));
    if (missing.length === 0) return;
    const customers = await directory.customers(accountId, missing);
    await database.inAccount(accountId, async (tx) => {
      for (const customer of customers) await references.saveCustomer(tx, customer);
    });
  };

/** The same for one that must exist: CUSTOMER_NOT_FOUND. */
export const ensureCustomer =
  (needs: Needs) =>
  async (accountId: string, customerId: string): Promise<void> => {
    await learnCustomers(needs)(accountId, [customerId]);
    const { database, references } = needs;
    const known = await database.inAccount(accountId, (tx) => references.customer(tx, customerId));
    if (known === undefined) throw customerNotFound(customerId);
  };
