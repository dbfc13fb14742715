import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  EntitlementServiceClient,
  type Plan,
  PlanServiceClient,
} from "@tollbook/contracts/billing/v1";
import { DomainError, newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import pg from "pg";
import { made, openAccount, type TestAccount } from "./account.ts";
import { type RunningBilling, startWorld, type World } from "./world.ts";

let world: World;
let billing: RunningBilling;
/** Has a plan, a subscription and an invoice. */
let ours: TestAccount;
/** Has nothing. */
let theirs: TestAccount;
let plan: Plan;
let customerId: string;
let subscriptionId: string;
let invoiceId: string;

before(async () => {
  world = await startWorld("2026-11-10T06:00:00Z");
  billing = await world.startBilling();
  ours = await openAccount(world, billing);
  theirs = await openAccount(world, billing);
  plan = await ours.plan();
  customerId = await ours.customer("ABC Pvt Ltd");
  subscriptionId = (await ours.subscribe(customerId, plan)).subscriptionId;
  ours.calls(customerId, "2026-11-11T00:00:00Z", 1_000n);
  world.clock.travelTo(new Date("2026-12-01T18:30:00Z"));
  await ours.billed();
  invoiceId = made((await ours.listInvoices())[0]).invoiceId;
});
after(() => world?.close());

const refusedAs = (reason: string) => (error: unknown) => {
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, reason);
  return true;
};

describe("another account", needs("postgres"), () => {
  it("sees none of our lists", async () => {
    const page = { pageSize: 0, pageToken: "" };
    const plans = await theirs.plans.listPlans({ ...page, includeArchived: true });
    const subscriptions = await theirs.subscriptions.listSubscriptions({ ...page, customerId: "" });
    const runs = await theirs.runs.listBillingRuns(page);
    assert.deepEqual(plans.plans, []);
    assert.deepEqual(subscriptions.subscriptions, []);
    assert.deepEqual(runs.billingRuns, []);
    assert.deepEqual(await theirs.listInvoices(), []);
  });

  it("finds nothing of ours by its id", async () => {
    const { planId } = plan;
    const as = { requestId: "" };
    const tries: [() => Promise<unknown>, string][] = [
      [() => theirs.plans.getPlan({ planId, version: 0 }), "PLAN_NOT_FOUND"],
      [() => theirs.plans.archivePlan({ planId }), "PLAN_NOT_FOUND"],
      [() => theirs.plans.publishPlan({ planId, ...as }), "PLAN_NOT_FOUND"],
      [() => theirs.subscriptions.getSubscription({ subscriptionId }), "SUBSCRIPTION_NOT_FOUND"],
      [() => theirs.invoices.getInvoice({ invoiceId }), "INVOICE_NOT_FOUND"],
      [() => theirs.invoices.getInvoicePdf({ invoiceId }), "INVOICE_NOT_FOUND"],
      [
        () => theirs.invoices.previewInvoice({ subscriptionId, planId: "" }),
        "SUBSCRIPTION_NOT_FOUND",
      ],
      [
        () =>
          theirs.subscriptions.cancelSubscription({
            ...{ subscriptionId, atPeriodEnd: false, withoutInvoice: false, ...as },
          }),
        "SUBSCRIPTION_NOT_FOUND",
      ],
    ];
    for (const [call, reason] of tries) await assert.rejects(call(), refusedAs(reason));
    const { subscription } = await ours.subscriptions.getSubscription({ subscriptionId });
    assert.equal(subscription?.endTime, undefined);
  });

  it("cannot put its customer on our plan, nor our customer on its plan", async () => {
    const own = await theirs.plan();
    const customer = await theirs.customer("Somebody");
    await assert.rejects(theirs.subscribe(customer, plan), refusedAs("PLAN_NOT_FOUND"));
    world.others.directory.delete(customerId); // auth knows it in our account only
    await assert.rejects(theirs.subscribe(customerId, own), refusedAs("CUSTOMER_NOT_FOUND"));
  });
});

describe("a program without the scope", needs("postgres"), () => {
  it("may neither read nor write, and what is for services is not for programs", async () => {
    const none = [] as const;
    const reading = ["billing:read"] as const;
    const plans = billing.as(PlanServiceClient, ours.accountId, none);
    const readingPlans = billing.as(PlanServiceClient, newId(), reading);
    const entitlements = billing.as(EntitlementServiceClient, ours.accountId);
    const page = { pageSize: 0, pageToken: "", includeArchived: false };
    await assert.rejects(plans.listPlans(page), refusedAs("SCOPE_MISSING"));
    await assert.rejects(
      readingPlans.archivePlan({ planId: plan.planId }),
      refusedAs("SCOPE_MISSING"),
    );
    await assert.rejects(
      entitlements.describeEntitlements({ customerIds: [customerId] }),
      refusedAs("SCOPE_MISSING"),
    );
  });
});

describe("an RPC that is not built yet", needs("postgres"), () => {
  it("says so", async () => {
    await assert.rejects(
      ours.invoices.voidInvoice({ invoiceId, reason: "a mistake" }),
      (error) => error instanceof DomainError && error.kind === "unimplemented",
    );
  });
});

describe("raw SQL as the app's role", needs("postgres"), () => {
  const tables = [
    "account_ref",
    "customer_ref",
    "plan",
    "plan_version",
    "plan_item",
    "subscription",
    "subscription_term",
    "billing_period",
    "billing_run",
    "invoice",
    "invoice_line",
    "invoice_event",
    "invoice_number",
    "outbox",
    "answered_request",
  ];

  it("shows no row of any table when no account is set", async () => {
    await asApp(undefined, async (client) => {
      for (const table of tables) {
        const { rows } = await client.query(`select * from ${table}`);
        assert.deepEqual(rows, [], table);
      }
    });
  });

  it("may neither change nor remove a finalized invoice, its lines or its events", async () => {
    const statements = [
      "update invoice set total = 0, subtotal = 0",
      "update invoice set footer = 'changed'",
      "delete from invoice",
      "update invoice_line set amount = 0",
      "delete from invoice_line",
      `insert into invoice_line select account_id, invoice_id, 2, description, subscription_id,
        charge_id, plan_id, plan_version, meter_id, quantity, unit, amount, arithmetic, sac,
        start_time, end_time from invoice_line`,
      "update invoice_event set state = 'void'",
      "delete from invoice_event",
      "update plan_version set terms = '{}'",
      "delete from plan_version",
      "update subscription_term set plan_version = 2",
      "truncate invoice",
    ];
    for (const statement of statements) {
      await asApp(ours.accountId, (client) =>
        assert.rejects(client.query(statement), /final|permission denied/, statement),
      );
    }
    assert.equal((await ours.invoices.getInvoice({ invoiceId })).invoice?.total?.amount, "1.00");
  });
});

async function asApp(
  accountId: string | undefined,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: world.database.url });
  await client.connect();
  try {
    if (accountId)
      await client.query("select set_config('app.account_id', $1, false)", [accountId]);
    await work(client);
  } finally {
    await client.end();
  }
}
