import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  Charge,
  CreatePlanRequest,
  GetInvoiceRequest,
  type Plan,
  PlanLimit,
  PreviewInvoiceRequest,
  UpdatePlanDraftRequest,
} from "@tollbook/contracts/billing/v1";
import { EntitlementsChanged } from "@tollbook/contracts/billing/v1/events";
import { Aggregation, Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { made, openAccount, type TestAccount } from "./account.ts";
import { away } from "./fake-metering.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let account: TestAccount;
const [credits, cities] = [newId(), newId()];

before(async () => {
  world = await startWorld("2026-11-10T06:00:00Z");
  account = await openAccount(world, await world.startBilling());
  const { accountId } = account;
  world.others.metering.meters.push(
    { accountId, meterId: credits, aggregation: Aggregation.COUNT },
    { accountId, meterId: cities, aggregation: Aggregation.UNIQUE },
    { accountId: newId(), meterId: newId(), aggregation: Aggregation.COUNT },
  );
});
after(() => world?.close());

/** ₹0.50 a unit of a meter. */
function charge(name: string, meterId: string): Charge {
  const price = { $case: "perUnit", value: { unitAmount: "0.5" } } as const;
  return { ...Charge.fromPartial({ name, meterId }), price };
}

function limit(meterId: string): PlanLimit {
  return PlanLimit.fromPartial({
    ...{ name: "monthly credits", meterId, window: Window.MONTH, quota: 1_000n },
    enforcement: Enforcement.SOFT,
  });
}

async function faultsOf(plan: Partial<Plan>): Promise<string[]> {
  try {
    await account.plan(plan);
  } catch (error) {
    const { violations = [] } = error as { violations?: { field: string; reason: string }[] };
    return violations.map(({ field, reason }) => `${field} ${reason}`);
  }
  return [];
}

describe("a plan that charges for meters of the account's own", needs("postgres"), () => {
  it("bills each charge by its own meter, previews it, and limits it at metering", async () => {
    const plan = await account.plan({
      name: "Credits",
      charges: [charge("Credits", credits), charge("Cities", cities), charge("API calls", "")],
      limits: [limit(credits)],
    });
    assert.deepEqual(
      plan.charges.map(({ meterId }) => meterId),
      [credits, cities, account.accountId],
    );
    const customerId = await account.customer("ABC Pvt Ltd");
    const { subscriptionId } = await account.subscribe(customerId, plan);
    const text = "select payload from outbox where type = $1 order by number desc limit 1";
    const [told] = await world.look<{ payload: Buffer }>(text, [EntitlementsChanged.$type]);
    const { entitlement } = EntitlementsChanged.decode(told?.payload ?? Buffer.alloc(0));
    assert.deepEqual(
      entitlement?.limits.map(({ meterId }) => meterId),
      [credits],
    );
    const time = new Date("2026-11-20T10:00:00Z");
    world.others.metering.counted.push(
      { customerId, time, calls: 7n },
      { customerId, time, calls: 40n, meterId: credits },
      { customerId, time, calls: 3n, meterId: cities },
    );
    world.clock.travelTo(new Date("2026-11-21T00:00:00Z"));
    const asked = PreviewInvoiceRequest.fromPartial({ subscriptionId });
    const preview = made((await account.invoices.previewInvoice(asked)).invoice);
    const expected = [
      ["Credits", "40", "units", "20.00"],
      ["Cities", "3", "units", "1.50"],
      ["API calls", "7", "calls", "3.50"],
    ];
    assert.deepEqual(linesOf(preview), expected);
    world.clock.travelTo(new Date("2026-12-02T00:00:00Z"));
    await account.billed();
    const [listed] = await account.listInvoices();
    const request = GetInvoiceRequest.fromPartial({ invoiceId: made(listed).invoiceId });
    const invoice = made((await account.invoices.getInvoice(request)).invoice);
    assert.deepEqual(linesOf(invoice), expected);
  });

  it("is refused for a meter that is not there, or that no limit can stand on", async () => {
    const [other] = world.others.metering.meters.filter((one) => {
      return one.accountId !== account.accountId;
    });
    const charges = [charge("Others", other?.meterId ?? ""), charge("None", newId())];
    assert.deepEqual(await faultsOf({ charges, limits: [limit(cities)] }), [
      "plan.charges[0].meter_id METER_NOT_FOUND",
      "plan.charges[1].meter_id METER_NOT_FOUND",
      "plan.limits[0].meter_id METER_NOT_LIMITABLE",
    ]);
  });

  it("keeps its meters when something else of its draft changes", async () => {
    const words = { name: "Credits", charges: [charge("Credits", credits)] };
    const request = CreatePlanRequest.fromPartial({ plan: words });
    const { planId } = made((await account.plans.createPlan(request)).plan);
    const change = UpdatePlanDraftRequest.fromPartial({
      plan: { planId, name: "More credits" },
      updateMask: ["name"],
    });
    const changed = made((await account.plans.updatePlanDraft(change)).plan);
    assert.deepEqual([changed.name, changed.charges[0]?.meterId], ["More credits", credits]);
  });

  it("waits for metering, and a plan on calls does not", async () => {
    world.others.metering.beforeAnswer = away;
    const charges = [charge("Credits", credits)];
    await assert.rejects(account.plan({ charges }), { kind: "unavailable" });
    await account.plan({ charges: [charge("API calls", "")] });
    world.others.metering.beforeAnswer = async () => {};
  });
});

function linesOf({
  lines,
}: {
  lines: {
    description: string;
    quantity: string;
    unit: string;
    amount?: { amount: string } | undefined;
  }[];
}) {
  return lines.map(({ description, quantity, unit, amount }) => [
    description,
    quantity,
    unit,
    amount?.amount,
  ]);
}
