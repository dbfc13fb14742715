import {
  AlertKind,
  DeliveryState,
  Delivery as ProtoDelivery,
} from "@tollbook/contracts/notifier/v1";
import type { Delivery } from "../domain/delivery.ts";

const kinds = {
  "quota-threshold": AlertKind.QUOTA_THRESHOLD,
  "quota-exhausted": AlertKind.QUOTA_EXHAUSTED,
  "invoice-finalized": AlertKind.INVOICE_FINALIZED,
} as const;

const states = {
  pending: DeliveryState.PENDING,
  sent: DeliveryState.SENT,
  failed: DeliveryState.FAILED,
} as const;

/** A delivery as callers and consumers see it. */
export function protoDelivery(delivery: Delivery): ProtoDelivery {
  const { deliveryId, eventId, customerId, recipient, subject, messageId } = delivery;
  return ProtoDelivery.fromPartial({
    deliveryId,
    eventId,
    customerId,
    recipient,
    subject,
    messageId,
    kind: kinds[delivery.letter.about.kind],
    state: states[delivery.state],
    attempts: delivery.attempts,
    lastAnswer: delivery.lastAnswer,
    createTime: delivery.createTime,
    sentTime: delivery.sentTime,
  });
}
