import {
  type DeliveryServiceServer,
  DeliveryServiceService,
  GetDeliveryResponse,
  ListDeliveriesResponse,
  ResendDeliveryRequest,
  ResendDeliveryResponse,
} from "@tollbook/contracts/notifier/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import { answerOnce } from "@tollbook/service/storage";
import type { Notifier } from "../app/index.ts";
import { protoDelivery } from "../app/proto-delivery.ts";
import { parsePage, toPage } from "../domain/page.ts";
import { deliveryPermissions } from "./permissions.ts";

const resending = {
  rpc: "ResendDelivery",
  requestCodec: ResendDeliveryRequest,
  responseCodec: ResendDeliveryResponse,
};

/** What was said, to whom, and whether it arrived. */
export const deliveryDoor = (app: Notifier): Door => ({
  service: DeliveryServiceService,
  implementation: implementation(app),
  permissions: deliveryPermissions,
});

const implementation = (app: Notifier): DeliveryServiceServer => ({
  listDeliveries: unary(async (request, caller) => {
    const { pageSize, pageToken } = request;
    const customerId = request.customerId && parseId(request.customerId, "customer_id");
    const page = parsePage(pageSize, pageToken, ["ListDeliveries", customerId]);
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.deliveries.list(tx, page, customerId),
    );
    const { items, nextPageToken } = toPage(rows, page, ({ deliveryId }) => deliveryId);
    const deliveries = items.map(protoDelivery);
    return ListDeliveriesResponse.fromPartial({ deliveries, nextPageToken });
  }),
  getDelivery: unary(async (request, caller) => {
    const deliveryId = parseId(request.deliveryId, "delivery_id");
    const delivery = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.deliveries.get(tx, deliveryId),
    );
    return GetDeliveryResponse.fromPartial({ delivery: protoDelivery(delivery) });
  }),
  resendDelivery: unary(async (request, caller) => {
    const deliveryId = parseId(request.deliveryId, "delivery_id");
    const requestId = request.requestId ? parseId(request.requestId, "request_id") : undefined;
    return app.database.inAccount(requireAccount(caller), (tx) =>
      answerOnce(tx, { ...resending, request, requestId }, async () => {
        const delivery = await app.resendDelivery(tx, deliveryId);
        return ResendDeliveryResponse.fromPartial({ delivery: protoDelivery(delivery) });
      }),
    );
  }),
});
