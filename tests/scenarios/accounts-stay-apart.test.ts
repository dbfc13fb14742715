import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import {
  type Account,
  addCustomer,
  type Customer,
  publishFree,
  publishPayAsYouGo,
  signUp,
} from "./world/account.ts";
import { apiOf, type Json } from "./world/api.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, record, usageOf } from "./world/usage.ts";

const minute = "2027-01-10T06:00:00Z";
const today = { startTime: "2027-01-09T18:30:00Z", endTime: "2027-01-10T18:30:00Z" };

/** What a route may answer somebody who names another account's things. */
const refused: ReadonlySet<number> = new Set([403, 404]);
/** A route that is not built yet tells nobody anything. */
const notBuilt = 501;

describe("account B and account A's things", needs("postgres", "nats"), () => {
  let platform: Platform;
  let a: Account;
  let b: Account;
  let abc: Customer;
  let ids: Record<string, string>;

  before(async () => {
    platform = await startPlatform({ startTime: minute });
    a = await signUp(platform.http, "A");
    b = await signUp(platform.http, "B");
    abc = await addCustomer(a, "ABC Pvt Ltd", await publishPayAsYouGo(a));
    const planId = await publishFree(a, 1_000);
    const { plan } = await a.owner.get(`/v1/plans/${planId}`);
    const rootKeys = await a.owner.get("/v1/root-keys");
    ids = {
      customerId: abc.customerId,
      keyId: abc.keyId,
      planId,
      limitId: plan.limits[0].limitId,
      subscriptionId: abc.subscriptionId,
      rootKeyId: rootKeys.rootKeys[0].rootKeyId,
      meterId: a.accountId,
    };
    await record(a, { cells: [cellOf(abc, minute, 10)] });
  });
  after(() => platform.stop());

  it("are not found through any route of the API that names one", async () => {
    const { paths }: Json = await apiOf(platform.http).get("/openapi.json");
    const tried: string[] = [];
    for (const [path, methods] of Object.entries<Json>(paths)) {
      const named = namedPath(path, ids);
      if (named === undefined) continue;
      for (const method of Object.keys(methods)) {
        const body = method === "get" || method === "delete" ? {} : { body: bodyOf(ids) };
        const init = { method: method.toUpperCase(), ...body };
        const { status } = await b.owner.fetch(named, init);
        const line = `${method} ${named} answered ${status}`;
        assert.ok(refused.has(status) || status === notBuilt || status === 400, line);
        if (status === 400) await assertRefusedWithoutBody(b, named, init);
        tried.push(line);
      }
    }
    assert.ok(tried.length >= 20, `only ${tried.length} routes name a thing`);
  });

  it("are in none of B's lists, counts and quotas", async () => {
    const lists = [
      "customers",
      "keys",
      "plans",
      "subscriptions",
      "invoices",
      "deliveries",
      "quotas",
    ];
    for (const list of lists) {
      const answer = await b.owner.get(`/v1/${list}`);
      assert.deepEqual(answer[list], [], list);
    }
    assert.deepEqual(await usageOf(b, abc, today), { calls: 0, refused: 0 });
    const quotas = await b.owner.get(`/v1/quotas?customerId=${abc.customerId}`).catch(() => ({}));
    assert.deepEqual(quotas.quotas ?? [], []);
  });

  it("are not counted by B's batches, and A's key is unknown to B's gate", async () => {
    const receipt = await record(b, { cells: [cellOf(abc, minute, 5)] });
    assert.deepEqual([receipt.counted, receipt.rejections[0].reason], ["0", "KEY_UNKNOWN"]);
    const check = { key: abc.key, endpoint: "/v1/hello", method: "GET" };
    assert.equal((await b.program.post("/v1/check", check)).verdict, "VERDICT_KEY_UNKNOWN");
    assert.deepEqual(await usageOf(a, abc, today), { calls: 10, refused: 0 });
  });

  it("cannot be joined by B to things of its own", async () => {
    const own = await addCustomer(b, "Own");
    const subscribing = { customerId: own.customerId, planId: ids.planId };
    await assert.rejects(b.owner.post("/v1/subscriptions", subscribing), { status: 404 });
    const planId = await publishPayAsYouGo(b);
    const theirs = { customerId: abc.customerId, planId };
    await assert.rejects(b.owner.post("/v1/subscriptions", theirs), { status: 404 });
    const issuing = { customerId: abc.customerId };
    await assert.rejects(b.owner.post("/v1/keys:issue", issuing), { status: 404 });
  });

  it("are closed to a root key without the scope, to no credential and to a made-up one", async () => {
    await assert.rejects(a.program.get("/v1/customers"), { status: 403, reason: "SCOPE_MISSING" });
    await assert.rejects(apiOf(platform.http).get("/v1/customers"), { status: 401 });
    const madeUp = apiOf(platform.http, `tb_root_${"x".repeat(43)}`);
    await assert.rejects(madeUp.get("/v1/customers"), { status: 401, reason: "ROOT_KEY_UNKNOWN" });
  });
});

/** The path with A's ids in it; undefined if it names nothing of an account. */
function namedPath(path: string, ids: Record<string, string>): string | undefined {
  if (!path.includes("{")) return undefined;
  return path.replace(/\{([^}]+)\}/g, (_whole, name: string) => {
    const last = name.split(".").at(-1) ?? name;
    const camel = last.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
    return ids[camel] ?? newId();
  });
}

/** A body that names A's things in every field a request may have for them. */
function bodyOf({ customerId, planId }: Record<string, string>): string {
  return JSON.stringify({ customerId, planId });
}

/** The body did not fit; without one the id itself must be refused. */
async function assertRefusedWithoutBody(
  { owner }: Account,
  path: string,
  { method }: { method: string },
): Promise<void> {
  const { status } = await owner.fetch(path, method === "GET" ? {} : { method, body: "{}" });
  assert.ok(
    refused.has(status) || status === notBuilt || status === 400,
    `${method} ${path} answered ${status}`,
  );
}
