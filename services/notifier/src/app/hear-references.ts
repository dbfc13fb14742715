import type { Tx } from "@tollbook/service";
import type { AccountReference, CustomerReference } from "../domain/references.ts";
import type { Needs } from "./needs.ts";

/** Keeps the newest news of an account, and has the alerts that wait for it looked at again. */
export const hearAccount =
  ({ references, waiting }: Needs) =>
  async (tx: Tx, account: AccountReference): Promise<void> => {
    await references.saveAccount(tx, account);
    await waiting.wake(tx);
  };

/** Keeps the newest news of a customer, and has the alerts that wait for it looked at again. */
export const hearCustomer =
  ({ references, waiting }: Needs) =>
  async (tx: Tx, customer: CustomerReference): Promise<void> => {
    await references.saveCustomer(tx, customer);
    await waiting.wake(tx);
  };
