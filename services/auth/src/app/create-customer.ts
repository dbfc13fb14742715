import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { type Customer, type CustomerWords, checkCustomer } from "../domain/customer.ts";
import { customerCreated } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

/** Adds a customer. Without an external id its own id is that too. */
export const createCustomer =
  ({ clock, customers }: Needs) =>
  async (tx: Tx, words: CustomerWords): Promise<Customer> => {
    checkCustomer(words);
    const customerId = newId();
    const customer: Customer = {
      ...words,
      name: words.name.trim(),
      customerId,
      externalId: words.externalId.trim() || customerId,
      standing: "good",
      version: 1n,
      createTime: clock.now(),
    };
    await customers.add(tx, customer);
    tx.announce(customerCreated(tx, customer));
    return customer;
  };
