import { DomainError } from "@tollbook/domain";
import type { Delivery } from "../domain/delivery.ts";
import { type Attachment, envelopeOf } from "../domain/envelope.ts";
import { type SendOutcome, type Settled, settle } from "../domain/outcome.ts";
import { deliveryFailed } from "../events/outgoing.ts";
import type { Claimed, Needs } from "./needs.ts";

/**
 * Tries to send one claimed delivery, and answers what shall become of it. Changes nothing here:
 * once the mail server has said 250, only `settleDelivery` stands between that and the record.
 */
export const sendDelivery =
  (needs: Needs) =>
  async ({ delivery, waitedMs }: Claimed): Promise<Settled> => {
    const outcome = await attempt(needs, delivery);
    const { attempts, deliveryId, accountId } = delivery;
    const settled = settle(outcome, { attempts, waitedMs }, needs.clock.now());
    const known = { deliveryId, accountId, attempts, answer: outcome.answer };
    if (settled.state === "failed") needs.logger.warn(known, "an e-mail is given up");
    else if (settled.state === "pending")
      needs.logger.info(known, "an e-mail is tried again later");
    return settled;
  };

/** Records what became of a delivery. False if another process had taken it over. */
export const settleDelivery =
  (needs: Needs) =>
  (claimed: Claimed, settled: Settled): Promise<boolean> =>
    needs.database.inAccount(claimed.delivery.accountId, async (tx) => {
      const ours = await needs.queue.settle(tx, claimed, settled);
      if (ours && settled.state === "failed") {
        const { delivery } = claimed;
        const failed = { ...delivery, state: "failed", lastAnswer: settled.answer } as const;
        tx.announce(deliveryFailed(failed));
      }
      return ours;
    });

async function attempt(needs: Needs, delivery: Delivery): Promise<SendOutcome> {
  try {
    const attachments = await attachmentsOf(needs, delivery);
    const envelope = envelopeOf(delivery, needs.mailFrom, needs.links);
    return await needs.mailer.send(envelope, attachments);
  } catch (error) {
    if (error instanceof DomainError && error.kind === "not-found") {
      return { kind: "refused", answer: "Billing does not know this invoice." };
    }
    const { deliveryId, accountId } = delivery;
    needs.logger.warn({ err: error, deliveryId, accountId }, "an e-mail could not be made");
    return { kind: "later", answer: "The e-mail could not be made ready." };
  }
}

async function attachmentsOf(needs: Needs, delivery: Delivery): Promise<Attachment[]> {
  const { about } = delivery.letter;
  if (about.kind !== "invoice-finalized") return [];
  return [await needs.invoices.pdf(delivery.accountId, about.invoiceId)];
}
