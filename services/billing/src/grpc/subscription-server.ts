import {
  CancelSubscriptionRequest,
  CancelSubscriptionResponse,
  ChangePlanRequest,
  ChangePlanResponse,
  CreateSubscriptionRequest,
  CreateSubscriptionResponse,
  GetSubscriptionResponse,
  ListSubscriptionsResponse,
  type Subscription as ProtoSubscription,
  type SubscriptionServiceServer,
  SubscriptionServiceService,
} from "@tollbook/contracts/billing/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, type Tx, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { type StoredSubscription, termInForce } from "../domain/subscription.ts";
import { protoSubscription, refuseOtherAnchors } from "./convert-subscription.ts";
import { once } from "./once.ts";
import { parsePage, toPage } from "./page-token.ts";
import { subscriptionPermissions } from "./permissions.ts";

const creating = {
  rpc: "CreateSubscription",
  requestCodec: CreateSubscriptionRequest,
  responseCodec: CreateSubscriptionResponse,
};
const changing = {
  rpc: "ChangePlan",
  requestCodec: ChangePlanRequest,
  responseCodec: ChangePlanResponse,
};
const cancelling = {
  rpc: "CancelSubscription",
  requestCodec: CancelSubscriptionRequest,
  responseCodec: CancelSubscriptionResponse,
};

/** Who is on which plan. Pausing is not built yet. */
export const subscriptionDoor = (app: Billing): Door => ({
  service: SubscriptionServiceService,
  implementation: { ...changes(app), ...reads(app) },
  permissions: subscriptionPermissions,
});

const changes = (app: Billing): Partial<SubscriptionServiceServer> => ({
  createSubscription: unary(async (request: CreateSubscriptionRequest, caller) => {
    const accountId = requireAccount(caller);
    refuseOtherAnchors(request.anchor);
    const customerId = parseId(request.customerId, "customer_id");
    const planId = parseId(request.planId, "plan_id");
    await app.ensureAccount(accountId);
    await app.ensureCustomer(accountId, customerId);
    return once(app.database, accountId, { ...creating, request }, async (tx) => {
      const order = { customerId, planId, planVersion: request.planVersion };
      const subscription = await describe(app, tx, await app.createSubscription(tx, order));
      return CreateSubscriptionResponse.fromPartial({ subscription });
    });
  }),
  changePlan: unary((request: ChangePlanRequest, caller) =>
    once(app.database, requireAccount(caller), { ...changing, request }, async (tx) => {
      const { planVersion, atPeriodEnd, validateOnly } = request;
      const changed = await app.changePlan(tx, {
        ...{ planVersion, atPeriodEnd, validateOnly },
        subscriptionId: parseId(request.subscriptionId, "subscription_id"),
        planId: parseId(request.planId, "plan_id"),
      });
      const subscription = await describe(app, tx, changed);
      return ChangePlanResponse.fromPartial({ subscription });
    }),
  ),
  cancelSubscription: unary((request: CancelSubscriptionRequest, caller) =>
    once(app.database, requireAccount(caller), { ...cancelling, request }, async (tx) => {
      const { atPeriodEnd, withoutInvoice } = request;
      const subscriptionId = parseId(request.subscriptionId, "subscription_id");
      const cancellation = { subscriptionId, atPeriodEnd, withoutInvoice };
      const subscription = await describe(app, tx, await app.cancelSubscription(tx, cancellation));
      return CancelSubscriptionResponse.fromPartial({ subscription });
    }),
  ),
});

const reads = (app: Billing): Partial<SubscriptionServiceServer> => ({
  getSubscription: unary(async (request, caller) => {
    const subscriptionId = parseId(request.subscriptionId, "subscription_id");
    const subscription = await app.database.inAccount(requireAccount(caller), async (tx) =>
      describe(app, tx, await app.subscriptions.get(tx, subscriptionId)),
    );
    return GetSubscriptionResponse.fromPartial({ subscription });
  }),
  listSubscriptions: unary(async ({ pageSize, pageToken, customerId: text }, caller) => {
    const customerId = text === "" ? "" : parseId(text, "customer_id");
    const page = parsePage(pageSize, pageToken, ["ListSubscriptions", customerId]);
    return app.database.inAccount(requireAccount(caller), async (tx) => {
      const rows = await app.subscriptions.list(tx, page, customerId);
      const { items, nextPageToken } = toPage(rows, page, ({ subscriptionId }) => subscriptionId);
      const subscriptions: ProtoSubscription[] = [];
      for (const item of items) subscriptions.push(await describe(app, tx, item));
      return ListSubscriptionsResponse.fromPartial({ subscriptions, nextPageToken });
    });
  }),
});

async function describe(
  app: Billing,
  tx: Tx,
  subscription: StoredSubscription,
): Promise<ProtoSubscription> {
  const now = app.clock.now();
  // The one that was told last holds for limits, even if prices follow at the next quarter hour.
  const told = subscription.terms.find(({ number }) => number === subscription.toldTerm);
  const { planId, planVersion } = told ?? termInForce(subscription, now);
  return protoSubscription(subscription, await app.plans.version(tx, planId, planVersion), now);
}
