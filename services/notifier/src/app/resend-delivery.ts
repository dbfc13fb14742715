import type { Tx } from "@tollbook/service";
import { invoiceRecipient, invoiceRefusal, mailableOwners } from "../domain/address-alert.ts";
import type { Delivery } from "../domain/delivery.ts";
import { deliveryHasNoRecipient } from "../domain/errors.ts";
import type { Needs } from "./needs.ts";

/**
 * Has a delivery sent once more, under its own Message-ID; one that is waiting is tried at once.
 * If there was nobody to send it to, it goes to whoever can be reached by now.
 */
export const resendDelivery =
  (needs: Needs) =>
  async (tx: Tx, deliveryId: string): Promise<Delivery> => {
    const delivery = await needs.deliveries.getForChange(tx, deliveryId);
    const recipient = delivery.recipient || (await recipientNow(needs, tx, delivery));
    if (recipient === "") throw deliveryHasNoRecipient(deliveryId);
    await needs.deliveries.requeue(tx, deliveryId, recipient);
    return needs.deliveries.get(tx, deliveryId);
  };

async function recipientNow({ references }: Needs, tx: Tx, delivery: Delivery): Promise<string> {
  const { about } = delivery.letter;
  if (about.kind !== "invoice-finalized") {
    const account = await references.account(tx);
    return (account && mailableOwners(account)[0]) ?? "";
  }
  const customer = await references.customer(tx, about.customerId);
  // What billing gave was no address, or it would be the recipient.
  const recipient = invoiceRecipient({ ...about, recipientEmail: "" }, customer);
  return invoiceRefusal(recipient) === undefined ? recipient : "";
}
