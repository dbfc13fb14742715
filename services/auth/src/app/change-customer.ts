import type { Tx } from "@tollbook/service";
import {
  type Customer,
  type CustomerWords,
  checkCustomer,
  type Standing,
} from "../domain/customer.ts";
import { customerChanged } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

/** Changes what the account says of a customer. Its external id stays: others refer to it. */
export const updateCustomer =
  (needs: Needs) =>
  async (
    tx: Tx,
    customerId: string,
    changes: Partial<Omit<CustomerWords, "externalId">>,
  ): Promise<Customer> => {
    const customer = { ...(await needs.customers.getForChange(tx, customerId)), ...changes };
    checkCustomer(customer, "customer.");
    return saveChanged(needs, tx, customer);
  };

/** Suspends a customer by hand, or lifts that. A customer suspended as unpaid stays so. */
export const setStanding =
  (needs: Needs) =>
  async (tx: Tx, customerId: string, standing: Exclude<Standing, "unpaid">): Promise<Customer> => {
    const customer = await needs.customers.getForChange(tx, customerId);
    if (customer.standing === standing) return customer;
    if (standing === "good" && customer.standing === "unpaid") return customer;
    return saveChanged(needs, tx, { ...customer, standing });
  };

async function saveChanged({ customers }: Needs, tx: Tx, changed: Customer): Promise<Customer> {
  const customer = { ...changed, version: changed.version + 1n };
  await customers.save(tx, customer);
  tx.announce(customerChanged(tx, customer));
  return customer;
}
