import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  ChangePlanRequest,
  Charge,
  DescribeEntitlementsRequest,
  type Entitlement,
  EntitlementServiceClient,
  GetInvoiceRequest,
  type Plan,
  PlanLimit,
  type Subscription,
  SubscriptionState,
} from "@tollbook/contracts/billing/v1";
import { EntitlementsChanged } from "@tollbook/contracts/billing/v1/events";
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { eventually, needs } from "@tollbook/testing";
import { aCustomer, made, openAccount, perThousand, type TestAccount } from "./account.ts";
import { type RunningBilling, startWorld, type World } from "./world.ts";

let world: World;
let billing: RunningBilling;
let account: TestAccount;
let starter: Plan;
let pro: Plan;

before(async () => {
  world = await startWorld("2026-11-10T06:07:00Z");
  billing = await world.startBilling();
  account = await openAccount(world, billing);
  starter = await account.plan({ name: "Starter", limits: [quota(1_000n, Enforcement.HARD)] });
  const fee = Charge.fromPartial({ name: "Pro plan" });
  const charges = [
    { ...fee, price: { $case: "flat" as const, value: { amount: "300" } } },
    ...perThousand,
  ];
  pro = await account.plan({ name: "Pro", charges, limits: [quota(50_000n, Enforcement.SOFT)] });
});
after(() => world?.close());

function quota(units: bigint, enforcement: Enforcement): PlanLimit {
  const words = { name: "monthly calls", window: Window.MONTH, quota: units };
  return PlanLimit.fromPartial({ ...words, enforcement });
}

/** What metering was told of a subscription, oldest first. */
async function told({ subscriptionId }: Subscription): Promise<Entitlement[]> {
  const rows = await world.look<{ payload: Buffer }>(
    "select payload from outbox where account_id = $1 and type = $2 order by number",
    [account.accountId, EntitlementsChanged.$type],
  );
  const all = rows.map(({ payload }) => made(EntitlementsChanged.decode(payload).entitlement));
  return all.filter((each) => each.subscriptionId === subscriptionId);
}

const ends = ({ periods }: Entitlement) => periods.map(({ endTime }) => endTime?.toISOString());

describe("a subscription", needs("postgres"), () => {
  let abc: Subscription;

  before(async () => {
    abc = await account.subscribe(await account.customer("ABC Pvt Ltd"), starter);
  });

  it("begins with the running quarter hour, for the rest of the calendar month", () => {
    assert.equal(abc.startTime?.toISOString(), "2026-11-10T06:00:00.000Z");
    assert.equal(abc.periodEndTime?.toISOString(), "2026-11-30T18:30:00.000Z");
    assert.equal(abc.state, SubscriptionState.ACTIVE);
    assert.equal(abc.planName, "Starter");
    assert.equal(abc.isDefault, true, "the customer's first");
  });

  it("is told to metering in the same commit: periods ahead, limits, thresholds", async () => {
    const [entitlement, ...more] = await told(abc);
    assert.deepEqual(more, []);
    assert.ok(entitlement);
    assert.deepEqual(ends(entitlement), [
      "2026-11-30T18:30:00.000Z",
      "2026-12-31T18:30:00.000Z",
      "2027-01-31T18:30:00.000Z",
    ]);
    assert.deepEqual(entitlement.thresholdPercents, [80, 100]);
    assert.equal(entitlement.timeZone, "Asia/Kolkata");
    assert.equal(entitlement.limits[0]?.quota, 1_000n);
    assert.equal(entitlement.limits[0]?.enforcement, Enforcement.HARD);
    assert.equal(entitlement.limits[0]?.meterId, account.accountId, "calls");
    assert.deepEqual([entitlement.version, entitlement.revision], [1n, 1n]);
  });

  it("is told again when its period turns: a revision, no version", async () => {
    world.clock.travelTo(new Date("2026-11-30T18:30:00Z"));
    await eventually(async () => assert.equal((await told(abc)).length, 2));
    const entitlement = made((await told(abc)).at(-1));
    assert.deepEqual([entitlement.version, entitlement.revision], [1n, 2n]);
    assert.equal(ends(entitlement)[0], "2026-12-31T18:30:00.000Z");
    assert.equal(entitlement.periods.length, 3);
  });

  it("is described to metering that has not heard of it", async () => {
    const metering = await billing.asService(EntitlementServiceClient, "metering");
    const stranger = newId();
    const customerIds = [abc.customerId, stranger];
    const request = DescribeEntitlementsRequest.fromPartial({ customerIds });
    const answer = await metering.describeEntitlements(request, { actFor: account.accountId });
    assert.deepEqual(answer.knownCustomerIds, [abc.customerId]);
    assert.deepEqual(answer.entitlements, [(await told(abc)).at(-1)]);
  });

  it("is described also for a customer billing has not heard of: auth is asked", async () => {
    const metering = await billing.asService(EntitlementServiceClient, "metering");
    const fresh = aCustomer("Faster Than News");
    world.others.directory.set(fresh.customerId, fresh);
    const request = { customerIds: [fresh.customerId] };
    const answer = await metering.describeEntitlements(request, { actFor: account.accountId });
    assert.deepEqual(answer, { entitlements: [], knownCustomerIds: [fresh.customerId] });
  });

  it("is refused for a customer nobody knows, and made for one only auth knows yet", async () => {
    await assert.rejects(account.subscribe(newId(), starter), { reason: "CUSTOMER_NOT_FOUND" });
    const fresh = aCustomer("Brand New Ltd");
    world.others.directory.set(fresh.customerId, fresh);
    const subscription = await account.subscribe(fresh.customerId, starter);
    assert.equal(subscription.customerId, fresh.customerId);
  });

  it("is one of several: only the first is the default", async () => {
    const second = await account.subscribe(abc.customerId, pro);
    assert.equal(second.isDefault, false);
    const customerId = await account.customer("Twice At Once");
    const two = [starter, pro].map((plan) => account.subscribe(customerId, plan));
    const defaults = (await Promise.all(two)).filter(({ isDefault }) => isDefault);
    assert.equal(defaults.length, 1, "also when two are made at once");
  });
});

describe("a plan change in the middle of a month", needs("postgres"), () => {
  let subscription: Subscription;

  before(async () => {
    world.clock.travelTo(new Date("2027-01-31T18:30:00Z")); // 1 February in India
    await account.billed();
    subscription = await account.subscribe(await account.customer("Mover Ltd"), starter);
    account.calls(subscription.customerId, "2027-02-05T00:00:00Z", 10_000n);
    world.clock.travelTo(new Date("2027-02-14T18:25:00Z")); // 23:55 on the 14th
    account.calls(subscription.customerId, "2027-02-14T18:29:00Z", 500n); // old price
    account.calls(subscription.customerId, "2027-02-20T00:00:00Z", 20_000n);
  });

  const change = (words: Partial<ChangePlanRequest>) => {
    const { subscriptionId } = subscription;
    const request = { subscriptionId, planId: pro.planId, ...words };
    return account.subscriptions.changePlan(ChangePlanRequest.fromPartial(request));
  };

  it("can be tried without changing anything", async () => {
    const answer = await change({ validateOnly: true });
    assert.equal(answer.subscription?.planName, "Pro");
    assert.equal((await told(subscription)).length, 1);
    const { subscriptionId } = subscription;
    const now = await account.subscriptions.getSubscription({ subscriptionId });
    assert.equal(now.subscription?.planName, "Starter");
  });

  it("keeps the id, changes the limits at once, and is a version of its own", async () => {
    const answer = await change({});
    assert.equal(answer.subscription?.subscriptionId, subscription.subscriptionId);
    assert.equal(answer.subscription?.planName, "Pro");
    const [before, after] = await told(subscription);
    assert.deepEqual([after?.version, after?.revision], [2n, 2n]);
    assert.equal(after?.limits[0]?.quota, 50_000n);
    assert.deepEqual(after?.periods, before?.periods);
  });

  it("rates each stretch by its own version; the fee for 14 of 28 days", async () => {
    world.clock.travelTo(new Date("2027-03-01T18:30:00Z"));
    await account.billed();
    const listed = (await account.listInvoices()).filter(
      ({ customerId }) => customerId === subscription.customerId,
    );
    const { invoiceId } = made(listed[0]);
    const { invoice } = await account.invoices.getInvoice(
      GetInvoiceRequest.fromPartial({ invoiceId }),
    );
    const lines = invoice?.lines.map(({ description, amount, arithmetic }) => {
      return [description, amount?.amount, arithmetic.join("; ")];
    });
    assert.deepEqual(lines, [
      ["API calls", "10.50", "10,500 calls ÷ 1,000 × ₹1.00 = ₹10.50"],
      ["Pro plan", "150.00", "₹300.00 × 1,344 of 2,688 quarter hours = ₹150.00"],
      ["API calls", "20.00", "20,000 calls ÷ 1,000 × ₹1.00 = ₹20.00"],
    ]);
    assert.equal(invoice?.total?.amount, "180.50");
    const [seal] = world.others.metering.seals
      .flatMap(({ periods }) => periods)
      .filter(({ subscriptionId }) => subscriptionId === subscription.subscriptionId);
    assert.deepEqual(seal?.splitTimes, [new Date("2027-02-14T18:30:00Z")]);
  });

  it("at the period's end changes limits and prices when the period turns", async () => {
    await change({ planId: starter.planId, atPeriodEnd: true });
    assert.equal((await told(subscription)).at(-1)?.planName, "Pro");
    world.clock.travelTo(new Date("2027-03-31T18:30:00Z"));
    await eventually(async () => {
      const last = (await told(subscription)).at(-1);
      assert.equal(last?.planName, "Starter");
      assert.equal(last?.version, 3n);
    });
  });
});

describe("a cancelled subscription", needs("postgres"), () => {
  it("ends with the running quarter hour, is billed for what it used, and gives up its place", async () => {
    const customerId = await account.customer("Leaving Ltd");
    const first = await account.subscribe(customerId, starter);
    const heir = await account.subscribe(customerId, pro);
    const now = world.clock.now().toISOString();
    world.others.metering.counted.push({
      ...{ subscriptionId: first.subscriptionId, customerId, time: new Date(now), calls: 3_000n },
    });
    world.clock.travelTo(new Date("2027-04-09T10:10:00Z"));
    const { subscriptionId } = first;
    const words = { subscriptionId, atPeriodEnd: false, withoutInvoice: false, requestId: "" };
    const answer = await account.subscriptions.cancelSubscription(words);
    assert.equal(answer.subscription?.endTime?.toISOString(), "2027-04-09T10:15:00.000Z");
    const last = made((await told(first)).at(-1));
    assert.equal(last.endTime?.toISOString(), "2027-04-09T10:15:00.000Z");
    assert.deepEqual(ends(last), ["2027-04-09T10:15:00.000Z"]);
    await assert.rejects(account.subscriptions.cancelSubscription(words), {
      reason: "SUBSCRIPTION_ENDED",
    });
    world.clock.travelTo(new Date("2027-04-10T10:15:00Z"));
    await account.billed();
    const invoices = (await account.listInvoices()).filter(
      (each) => each.customerId === customerId,
    );
    assert.deepEqual(
      invoices.map(({ total }) => total?.amount),
      ["3.00"],
    );
    const ended = await account.subscriptions.getSubscription({ subscriptionId });
    assert.equal(ended.subscription?.state, SubscriptionState.ENDED);
    const next = made((await told(heir)).at(-1));
    assert.equal(next.isDefault, true, "unbound keys are charged to the other one from now on");
  });

  it("is let go without a last invoice, if the owner says so", async () => {
    const customerId = await account.customer("Forgiven Ltd");
    const { subscriptionId } = await account.subscribe(customerId, starter);
    account.calls(customerId, world.clock.now().toISOString(), 9_000n);
    const words = { subscriptionId, atPeriodEnd: true, withoutInvoice: true, requestId: "" };
    const answer = await account.subscriptions.cancelSubscription(words);
    assert.equal(answer.subscription?.endTime?.toISOString(), "2027-04-30T18:30:00.000Z");
    world.clock.travelTo(new Date("2027-05-01T18:30:00Z"));
    await account.billed();
    const invoices = await account.listInvoices();
    assert.ok(!invoices.some((each) => each.customerId === customerId));
  });
});
