import { DeliveryFailed } from "@tollbook/contracts/notifier/v1/events";
import { announcement } from "@tollbook/events";
import type { OutgoingEvent } from "@tollbook/service";
import { protoDelivery } from "../app/proto-delivery.ts";
import type { Delivery } from "../domain/delivery.ts";

/** A delivery was given up. */
export function deliveryFailed(delivery: Delivery): OutgoingEvent {
  const message = DeliveryFailed.fromPartial({ delivery: protoDelivery(delivery) });
  return announcement(DeliveryFailed, message, delivery.accountId);
}
