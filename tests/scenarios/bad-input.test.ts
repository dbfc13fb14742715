import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { eventually, needs } from "@tollbook/testing";
import { type Account, addCustomer, type Customer, signUp } from "./world/account.ts";
import { apiOf, type Json } from "./world/api.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, eventOf, record, usageOf } from "./world/usage.ts";

const now = "2027-01-10T06:00:00Z";
const always = { startTime: "2026-11-30T18:30:00Z", endTime: "2027-01-31T18:30:00Z" };
const endpoint = { endpoint: "/v1/hello", method: "GET" };

describe("bad input is answered, and changes nothing", needs("postgres", "nats"), () => {
  let platform: Platform;
  let account: Account;
  let customer: Customer;
  before(async () => {
    platform = await startPlatform({ startTime: now });
    account = await signUp(platform.http);
    customer = await addCustomer(account, "ABC Pvt Ltd");
  });
  after(() => platform.stop());

  const verdictOf = async (key: string) =>
    (await account.program.post("/v1/check", { key, ...endpoint })).verdict;

  it("tells a malformed, an unknown, no and a revoked key apart", async () => {
    const { key } = customer;
    // Until a gate has heard of imported keys, which have no shape of ours, it cannot know.
    await eventually(async () => {
      assert.equal(await verdictOf("not a key"), "VERDICT_KEY_MALFORMED");
    });
    const bent = `${key.slice(0, 12)}${key[12] === "a" ? "b" : "a"}${key.slice(13)}`;
    assert.equal(await verdictOf(bent), "VERDICT_KEY_MALFORMED");
    const other = await addCustomer(await signUp(platform.http, "Other"), "Other");
    assert.equal(await verdictOf(other.key), "VERDICT_KEY_UNKNOWN");
    const { verdict } = await account.program.post("/v1/check", endpoint);
    assert.equal(verdict, "VERDICT_KEY_MISSING");
    const { keys } = await account.owner.post("/v1/keys:issue", {
      customerId: customer.customerId,
    });
    await account.owner.post(`/v1/keys/${keys[0].key.keyId}:revoke`);
    await eventually(async () => {
      assert.equal(await verdictOf(keys[0].secret), "VERDICT_KEY_REVOKED");
    });
  });

  const items: [string, () => { events?: Json[]; cells?: Json[] }, string][] = [
    [
      "a time 36 days back",
      () => ({ events: [eventOf(customer, "2026-12-05T06:00:00Z")] }),
      "TIME_TOO_OLD",
    ],
    ["a time 6 minutes ahead", () => ({ events: [eventOf(customer, ahead(6))] }), "TIME_IN_FUTURE"],
    ["a cell of no calls", () => ({ cells: [cellOf(customer, now, 0)] }), "COUNT_OUT_OF_RANGE"],
    [
      "a key nobody has",
      () => ({ cells: [cellOf({ ...customer, keyId: newId() }, now, 1)] }),
      "KEY_UNKNOWN",
    ],
  ];
  for (const [what, itemsOf, reason] of items) {
    it(`rejects ${what}, by name`, async () => {
      const receipt = await record(account, itemsOf());
      assert.equal(receipt.counted, "0");
      assert.equal(receipt.rejected, "1");
      assert.equal(receipt.rejections[0].reason, reason);
      assert.match(receipt.rejections[0].message, /^\S.*\.$/);
    });
  }

  const batches: [string, () => Json, number, string][] = [
    ["an empty batch", () => ({}), 400, "EMPTY_BATCH"],
    [
      "a batch over the size limit",
      () => ({ cells: Array.from({ length: 10_001 }, () => ({ minute: now })) }),
      400,
      "BATCH_TOO_LARGE",
    ],
    [
      "a batch without an id",
      () => ({ batchId: "", cells: [cellOf(customer, now, 1)] }),
      400,
      "ID_MALFORMED",
    ],
    ["a negative count", () => ({ cells: [cellOf(customer, now, -1)] }), 400, "INVALID_JSON"],
  ];
  for (const [what, batchOf, status, reason] of batches) {
    it(`refuses ${what} as a whole`, async () => {
      const batch = { batchId: newId(), recorderId: newId(), ...batchOf() };
      const sending = account.program.post("/v1/usage:record", batch);
      await assert.rejects(sending, (problem: Json) => {
        assert.equal(problem.status, status);
        if (reason !== "INVALID_JSON") assert.equal(problem.reason, reason);
        assert.ok((problem.problem.detail ?? problem.problem.title).length > 10);
        return true;
      });
    });
  }

  it("takes no number for another: whatever is not whole refuses the batch, which names it", async () => {
    const bad = ["NaN", "Infinity", "1e400", "1.5", 1.5, "-1", "18446744073709551616", true];
    for (const number of bad) {
      for (const items of [
        { cells: [cellOf(customer, now, 1, { count: number })] },
        { events: [eventOf(customer, now), eventOf(customer, now, { units: number })] },
      ]) {
        const sending = record(account, items);
        await assert.rejects(sending, (problem: Json) => {
          assert.equal(problem.status, 400, `${number}`);
          assert.match(JSON.stringify(problem.problem), /count|units/);
          return true;
        });
      }
    }
    const body = `{"batchId":"${newId()}","cells":[{"count":NaN}]}`;
    const answer = await account.program.fetch("/v1/usage:record", { method: "POST", body });
    assert.equal(answer.status, 400);
  });

  it("refuses a plan with a negative price, and one with gaps in its tiers", async () => {
    const plan = (price: Json) => ({
      plan: { name: "Bad", charges: [{ name: "Calls", ...price }] },
    });
    const negative = plan({ package: { packageUnits: "1000", packageAmount: "-1.00" } });
    await assert.rejects(account.owner.post("/v1/plans", negative), { status: 400 });
    const tiers = [
      { upTo: "1000", unitAmount: "0.01" },
      { upTo: "500", unitAmount: "0.005" },
    ];
    const gaps = plan({ graduated: { tiers } });
    await assert.rejects(account.owner.post("/v1/plans", gaps), { status: 400 });
    assert.deepEqual((await account.owner.get("/v1/plans")).plans, []);
  });

  it("refuses an e-mail address that is none", async () => {
    const customerWords = { name: "Nobody", email: "nobody at home" };
    await assert.rejects(account.owner.post("/v1/customers", customerWords), { status: 400 });
    const words = { accountName: "X", email: "x", password: "a long password" };
    const signingUp = apiOf(platform.http).post("/v1/accounts:signUp", words);
    await assert.rejects(signingUp, { status: 400, reason: "SIGN_UP_INVALID" });
  });

  it("refuses a body that is not JSON, is no object, or has a field nobody knows", async () => {
    for (const body of ["{", "[]", '{"nmae": "ABC"}', "\u0000"]) {
      const response = await account.owner.fetch("/v1/customers", { method: "POST", body });
      const problem = (await response.json()) as Json;
      assert.equal(response.status, 400, `${body} → ${JSON.stringify(problem)}`);
      assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
      assert.equal(JSON.stringify(problem).includes("    at "), false);
    }
  });

  it("has counted nothing of all this but the revoked key's refused call", async () => {
    await eventually(async () => {
      const usage = await usageOf(account, customer, always);
      assert.deepEqual(usage, { calls: 0, refused: 1 });
    });
  });

  it("answers an unknown route, a wrong method and a foreign id with what to do", async () => {
    await assert.rejects(account.owner.get("/v1/nothing"), { status: 404 });
    const wrong = await account.owner.fetch("/v1/customers", { method: "PUT", body: "{}" });
    assert.equal(wrong.status, 405);
    await assert.rejects(account.owner.get("/v1/customers/abc"), { status: 400 });
    await assert.rejects(account.owner.get(`/v1/customers/${newId()}`), { status: 404 });
  });
});

function ahead(minutes: number): string {
  return new Date(new Date(now).getTime() + minutes * 60_000 + 30_000).toISOString();
}
