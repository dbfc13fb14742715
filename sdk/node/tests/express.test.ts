import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeKey } from "@tollbook/gate";
import { eventually } from "@tollbook/testing";
import type { Express } from "express";
// @ts-expect-error: Express 4 under another name, without types of its own.
import express4 from "express-4";
import { openShop, type Shop } from "./shop.ts";

for (const [version, options] of [
  ["5", {}],
  ["4", { framework: express4 as () => Express }],
] as const) {
  describe(`tollbook() in front of Express ${version}`, () => {
    let shop: Shop;
    before(async () => {
      shop = await openShop(options);
    });
    after(() => shop.close());
    const ledger = async () => {
      assert.equal(await shop.gate.flush(), true);
      return shop.platform.metering.counted;
    };

    it("counts each call once, by its route and with its true status", async () => {
      const { key } = shop.platform.addCustomer("abc");
      for (const city of ["pune", "delhi", "atlantis"])
        await shop.call(`/v1/forecast/${city}`, key);
      await shop.call("/wp-login.php", key);
      const its = (await ledger()).filter(({ externalId }) => externalId === "abc");
      const lines = its.map(({ endpoint, status, calls }) => `${endpoint} ${status} × ${calls}`);
      assert.deepEqual(lines.sort(), [
        "(no route) 404 × 1",
        "/v1/forecast/{city} 200 × 1",
        "/v1/forecast/{city} 200 × 1",
        "/v1/forecast/{city} 404 × 1",
      ]);
    });

    it("lets exactly as many calls through as a hard limit allows, and says what is left", async () => {
      const { key } = shop.platform.addCustomer("free rider", 50);
      const statuses: number[] = [];
      for (let burst = 0; burst < 7; burst += 1) {
        const calls = Array.from({ length: 10 }, () => shop.call("/v1/forecast/pune", key));
        statuses.push(...(await Promise.all(calls)).map(({ status }) => status));
      }
      assert.equal(statuses.filter((status) => status === 200).length, 50);
      assert.equal(statuses.filter((status) => status === 429).length, 20);
      await ledger();
      assert.equal(shop.platform.metering.calls("free rider"), 50);
      assert.ok(shop.platform.metering.calls("free rider", true) >= 20);
    });

    it("answers a used-up quota as problem+json with the limits' headers", async () => {
      const { key } = shop.platform.addCustomer("used up", 1);
      const first = await shop.call("/v1/forecast/pune", key);
      assert.match(first.headers.get("ratelimit-policy") ?? "", /^"monthly calls";q=1;w=2\d{6}$/);
      assert.match(first.headers.get("ratelimit") ?? "", /^"monthly calls";r=0;t=\d+$/);
      const refused = await shop.call("/v1/forecast/pune", key);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get("content-type"), "application/problem+json; charset=utf-8");
      const problem = (await refused.json()) as Record<string, unknown>;
      assert.match(String(problem.type), /#quota-exceeded$/);
      assert.equal(problem.status, 429);
      assert.deepEqual(problem["violated-policies"], [{ name: "monthly calls" }]);
      const waitS = Number(refused.headers.get("retry-after"));
      assert.ok(waitS > 0 && waitS <= 3_600, `${waitS}`);
    });

    it("answers no key, a malformed and an unknown one alike, with 401", async () => {
      const unknown = makeKey({ test: false }).key;
      for (const key of [undefined, "tb_live_nonsense", unknown]) {
        const answer = await shop.call("/v1/forecast/pune", key);
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="api"');
        const problem = (await answer.json()) as { detail: string };
        assert.equal(problem.detail, "This API needs a valid API key.");
      }
    });

    it("takes the key from Authorization too, and refuses it a moment after it is revoked", async () => {
      const { key } = shop.platform.addCustomer("leaver");
      const headers = { authorization: `Bearer ${key}` };
      assert.equal((await shop.call("/v1/who", undefined, { headers })).status, 200);
      shop.platform.revoke(key);
      await eventually(async () => {
        assert.equal((await shop.call("/v1/who", undefined, { headers })).status, 401);
      });
    });

    it("tells handlers who calls and what is left", async () => {
      const { key, keyId } = shop.platform.addCustomer("xyz", 1_000);
      const answer = await shop.call("/v1/who", key);
      const who = (await answer.json()) as Record<string, Record<string, unknown>>;
      assert.equal(who.customer?.externalId, "xyz");
      assert.deepEqual(who.key, { id: keyId, name: "xyz's key", test: false, metadata: {} });
      assert.equal(who.plan, "Free");
      assert.equal(typeof who.remaining, "number");
    });

    it("charges the units a handler adds", async () => {
      const { key } = shop.platform.addCustomer("tokens");
      await shop.call("/v1/tokens/41", key, { method: "POST" });
      await ledger();
      const [line] = shop.platform.metering.counted.filter((each) => each.externalId === "tokens");
      assert.deepEqual(
        {
          endpoint: line?.endpoint,
          method: line?.method,
          status: line?.status,
          units: line?.units,
        },
        { endpoint: "/v1/tokens/{count}", method: "POST", status: 201, units: 42 },
      );
    });

    it("counts the bytes of streamed bodies, and none for HEAD", async () => {
      const { key } = shop.platform.addCustomer("bytes");
      assert.equal(await (await shop.call("/v1/stream", key)).text(), "first, second");
      await shop.call("/v1/stream", key, { method: "HEAD" });
      await ledger();
      const its = shop.platform.metering.counted.filter((each) => each.externalId === "bytes");
      const bytes = its.map(({ method, responseBytes }) => `${method} ${responseBytes}`);
      assert.deepEqual(bytes.sort(), ["GET 13", "HEAD 0"]);
    });

    it("counts a caller who goes away before the answer, as 499", async () => {
      const { key } = shop.platform.addCustomer("hasty");
      const gone = shop.call("/v1/never", key, { signal: AbortSignal.timeout(200) });
      await assert.rejects(gone);
      await eventually(async () => {
        const lines = (await ledger()).filter(({ externalId }) => externalId === "hasty");
        assert.deepEqual(
          lines.map(({ endpoint, status }) => `${endpoint} ${status}`),
          ["/v1/never 499"],
        );
      });
    });

    it("counts a handler that fails as the error its caller saw", async () => {
      const { key } = shop.platform.addCustomer("unlucky");
      assert.equal((await shop.call("/v1/broken", key)).status, 500);
      await ledger();
      const its = shop.platform.metering.counted.filter((each) => each.externalId === "unlucky");
      assert.deepEqual(
        its.map(({ status }) => status),
        [500],
      );
    });

    it("lets a browser's preflight pass, which cannot carry a key", async () => {
      const headers = { origin: "https://app.example", "access-control-request-method": "GET" };
      const answer = await shop.call("/v1/forecast/pune", undefined, {
        method: "OPTIONS",
        headers,
      });
      assert.notEqual(answer.status, 401);
    });
  });
}
