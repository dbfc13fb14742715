import type { Tx } from "@tollbook/service";
import { addressAlert } from "../domain/address-alert.ts";
import type { Alert } from "../domain/alert.ts";
import { newDelivery } from "../domain/new-delivery.ts";
import { deliveryFailed } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

/** What became of an alert: its deliveries are there, or somebody is not known yet. */
export type Told = "told" | { missing: "account" | "customer" };

/** Turns an alert into its deliveries, as far as who must hear is known. */
export const tellAlert =
  (needs: Needs) =>
  async (tx: Tx, alert: Alert, isOurs: () => Promise<boolean>): Promise<Told> => {
    const account = await needs.references.account(tx);
    const customer = await needs.references.customer(tx, alert.about.customerId);
    const addressed = addressAlert(alert, { account, customer });
    if ("missing" in addressed) return addressed;
    if (!(await isOurs())) return "told";
    const from = { fromAddress: needs.mailFrom.address, now: needs.clock.now() };
    const deliveries = addressed.deliveries.map((to) => newDelivery(alert, to, from));
    for (const added of await needs.deliveries.add(tx, deliveries)) {
      if (added.state === "failed") tx.announce(deliveryFailed(added));
    }
    return "told";
  };
