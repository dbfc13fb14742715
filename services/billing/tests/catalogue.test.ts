import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  BillingInterval,
  Charge,
  CreatePlanRequest,
  type Plan,
  PlanLimit,
  UpdatePlanDraftRequest,
} from "@tollbook/contracts/billing/v1";
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { DomainError, newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { made, openAccount, perThousand, type TestAccount } from "./account.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let account: TestAccount;

before(async () => {
  world = await startWorld("2026-11-10T06:00:00Z");
  account = await openAccount(world, await world.startBilling());
});
after(() => world?.close());

const monthly = {
  name: "monthly calls",
  window: Window.MONTH,
  quota: 1_000n,
  enforcement: Enforcement.HARD,
};

describe("a plan", needs("postgres"), () => {
  it("is made as a draft, and published as version 1", async () => {
    const words = { name: "Starter", charges: perThousand, limits: [monthly] };
    const request = CreatePlanRequest.fromPartial({ plan: words });
    const draft = made((await account.plans.createPlan(request)).plan);
    assert.equal(draft.draft, true);
    assert.equal(draft.version, 0);
    assert.equal(draft.currency, "INR");
    const { planId } = draft;
    const published = made((await account.plans.publishPlan({ planId, requestId: "" })).plan);
    assert.equal(published.version, 1);
    assert.equal(published.draft, false);
    assert.deepEqual(published.charges, draft.charges);
    assert.deepEqual((await account.plans.getPlan({ planId, version: 0 })).plan, published);
  });

  it("begins a new draft when it is changed: the published version stays as it was", async () => {
    const first = await account.plan({ limits: [{ ...limit(monthly) }] });
    const { planId } = first;
    const more = [
      { ...limit(monthly), quota: 5_000n },
      { ...limit(monthly), name: "extra" },
    ];
    const draft = await change(planId, { limits: more }, ["limits"]);
    assert.equal(draft.draft, true);
    assert.equal(draft.version, 1, "a draft after version 1");
    await account.plans.publishPlan({ planId, requestId: "" });
    const second = made((await account.plans.getPlan({ planId, version: 2 })).plan);
    const again = made((await account.plans.getPlan({ planId, version: 1 })).plan);
    assert.deepEqual(again, first);
    assert.equal(second.limits[0]?.quota, 5_000n);
    assert.equal(second.limits[0]?.limitId, first.limits[0]?.limitId, "known by its name");
    assert.notEqual(second.limits[1]?.limitId, first.limits[0]?.limitId);
    assert.equal(second.charges[0]?.chargeId, first.charges[0]?.chargeId);
    const last = await change(planId, { limits: [] }, ["limits"]);
    assert.deepEqual(last.limits, []);
    await account.plans.publishPlan({ planId, requestId: "" });
    const back = await change(planId, { limits: [limit(monthly)] }, ["limits"]);
    assert.equal(back.limits[0]?.limitId, first.limits[0]?.limitId, "even after an absence");
  });

  it("is taken off the list when it is archived, and nobody can be put on it", async () => {
    const plan = await account.plan();
    const { planId } = plan;
    await account.plans.archivePlan({ planId });
    const listed = await list(false);
    assert.ok(!listed.some((each) => each.planId === planId));
    assert.ok((await list(true)).some((each) => each.planId === planId));
    const customer = await account.customer("Late Comer");
    await assert.rejects(account.subscribe(customer, plan), { reason: "PLAN_IS_ARCHIVED" });
  });

  it("is listed page by page, newest first", async () => {
    const other = await openAccountBeside();
    const made = [await other.plan(), await other.plan(), await other.plan()].reverse();
    const page = { pageSize: 2, pageToken: "", includeArchived: false };
    const first = await other.plans.listPlans(page);
    const pageToken = first.nextPageToken;
    const second = await other.plans.listPlans({ ...page, pageToken });
    const ids = [...first.plans, ...second.plans].map(({ planId }) => planId);
    assert.deepEqual(
      ids,
      made.map(({ planId }) => planId),
    );
    assert.equal(second.nextPageToken, "");
    await assert.rejects(other.plans.listPlans({ ...page, pageToken, includeArchived: true }), {
      reason: "PAGE_TOKEN_MALFORMED",
    });
  });

  it("is made once for one request id, and another plan under it is a conflict", async () => {
    const requestId = newId();
    const words = { name: "Once", charges: perThousand };
    const request = CreatePlanRequest.fromPartial({ plan: words, publish: true, requestId });
    const [first, again] = await Promise.all([
      account.plans.createPlan(request),
      account.plans.createPlan(request),
    ]);
    assert.deepEqual(again, first);
    const other = CreatePlanRequest.fromPartial({ plan: { ...words, name: "Two" }, requestId });
    await assert.rejects(account.plans.createPlan(other), {
      kind: "conflict",
      reason: "REQUEST_ID_REUSED",
    });
  });

  it("can be made by who signed up a moment ago: auth's news is asked for", async () => {
    const fresh = await openAccountBeside();
    assert.equal((await fresh.plan()).version, 1);
  });
});

describe("a plan that is wrong", needs("postgres"), () => {
  it("is refused with every fault at once, and nothing is stored", async () => {
    const before = (await list(true)).length;
    const charges = [
      charge("calls", { $case: "perUnit", value: { unitAmount: "-1" } }),
      charge("calls", { $case: "graduated", value: { tiers: [{ ...openTier, upTo: 10n }] } }),
      charge("share", { $case: "percentage", value: { percent: "2" } }),
    ];
    const words = { name: "", currency: "XXY", charges, interval: BillingInterval.YEARLY };
    const request = CreatePlanRequest.fromPartial({ plan: words, publish: true });
    await assert.rejects(account.plans.createPlan(request), (error) => {
      assert.ok(error instanceof DomainError);
      assert.equal(error.kind, "invalid");
      const faults = (error.violations ?? []).map(({ field, reason }) => `${field} ${reason}`);
      assert.deepEqual(faults, [
        "plan.name MISSING",
        "plan.currency CURRENCY_UNKNOWN",
        "plan.interval NOT_OFFERED",
        "plan.charges[0].per_unit.unit_amount NEGATIVE_PRICE",
        "plan.charges[1].graduated.tiers[0].up_to TIER_GAP",
        "plan.charges[2].percentage UNSUPPORTED_PRICE",
        "plan.charges[1].name NAME_REPEATED",
      ]);
      return true;
    });
    assert.equal((await list(true)).length, before);
  });

  it("is refused when there is no plan in the request, or a field cannot change", async () => {
    await assert.rejects(account.plans.createPlan(CreatePlanRequest.fromPartial({})), {
      reason: "MISSING",
    });
    const { planId } = await account.plan();
    await assert.rejects(change(planId, { version: 9 }, ["version"]), {
      reason: "FIELD_NOT_CHANGEABLE",
    });
    await assert.rejects(account.plans.publishPlan({ planId, requestId: "" }), {
      reason: "PLAN_HAS_NO_DRAFT",
    });
    await assert.rejects(account.plans.getPlan({ planId, version: 7 }), {
      reason: "PLAN_VERSION_NOT_FOUND",
    });
  });
});

const openTier = { upTo: 0n, unitAmount: "1", flatAmount: "" };

function charge(name: string, price: Charge["price"]): Charge {
  return { ...Charge.fromPartial({ name }), price };
}

async function openAccountBeside(): Promise<TestAccount> {
  return openAccount(world, await world.startBilling());
}

async function list(includeArchived: boolean): Promise<Plan[]> {
  const page = { pageSize: 1_000, pageToken: "", includeArchived };
  return (await account.plans.listPlans(page)).plans;
}

async function change(planId: string, plan: Partial<Plan>, updateMask: string[]): Promise<Plan> {
  const request = UpdatePlanDraftRequest.fromPartial({ plan: { planId, ...plan }, updateMask });
  return made((await account.plans.updatePlanDraft(request)).plan);
}

function limit(words: typeof monthly): PlanLimit {
  return PlanLimit.fromPartial(words);
}
