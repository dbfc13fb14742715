import { newId } from "@tollbook/domain";
import type { Alert } from "./alert.ts";
import type { Delivery, NewDelivery } from "./delivery.ts";
import { subjectOf } from "./mail/render-mail.ts";
import { messageIdOf } from "./message-id.ts";

/** An alert's delivery as it enters the queue; one that cannot be sent at all is given up here. */
export function newDelivery(
  alert: Alert,
  { recipient, letter, refusal }: NewDelivery,
  { fromAddress, now }: { fromAddress: string; now: Date },
): Delivery {
  const deliveryId = newId();
  return {
    accountId: alert.accountId,
    deliveryId,
    eventId: alert.eventId,
    recipient,
    customerId: alert.about.customerId,
    subject: subjectOf(letter),
    letter,
    messageId: messageIdOf(deliveryId, fromAddress),
    state: refusal === undefined ? "pending" : "failed",
    attempts: 0,
    lastAnswer: refusal ?? "",
    createTime: now,
  };
}
