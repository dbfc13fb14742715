import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashKey, makeKey } from "../src/customer-key.ts";
import { makeImportedFilter } from "../src/imported-filter.ts";
import { GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };

/** A gate that has let a call of one key through. */
async function warm(over: object = {}) {
  const world = new GateWorld();
  const key = world.key("abc", over);
  const gate = world.gate();
  await world.clock.advance(10);
  const first = await world.check(gate, { key });
  return { world, key, gate, first };
}

describe("a key", () => {
  it("that is missing, malformed or unknown is told apart, and costs metering nothing", async () => {
    const { world, gate } = await warm();
    const before = world.count("acquireLeases");
    const unknown = makeKey({ test: false }).key;
    const nearMiss = `${unknown.slice(0, -1)}${unknown.endsWith("0") ? "1" : "0"}`;
    const code = async (key: string | undefined) => (await world.check(gate, { key })).code;
    assert.equal(await code(undefined), "KEY_MISSING");
    assert.equal(await code(""), "KEY_MISSING");
    assert.equal(await code("no key at all"), "KEY_MALFORMED");
    assert.equal(await code("x".repeat(300)), "KEY_MALFORMED");
    assert.equal(await code(nearMiss), "KEY_MALFORMED");
    assert.equal(await code(unknown), "KEY_UNKNOWN");
    assert.equal(world.count("acquireLeases"), before);
  });

  it("with a wrong checksum never leaves the process", async () => {
    const { world, gate, key } = await warm();
    const before = world.count("resolveKey");
    await world.check(gate, { key: `${key.slice(0, -1)}!` });
    await world.check(gate, { key: key.replace("tb_live_", "tb_live_x") });
    assert.equal(world.count("resolveKey"), before);
  });

  it("tells who calls", async () => {
    const { first } = await warm({ metadata: { team: "maps" } });
    assert.equal(first.caller?.customerId, "abc");
    assert.deepEqual(first.caller?.metadata, { team: "maps" });
  });

  it("is found by its SHA-256 as well", async () => {
    const { world, gate, key } = await warm();
    const verdict = await world.check(gate, { keySha256: hashKey(key) });
    assert.equal(verdict.code, "ALLOWED");
  });

  it("presented as something that is no SHA-256 is malformed", async () => {
    const { world, gate, key } = await warm();
    for (const keySha256 of ["", "abc", hashKey(key).toUpperCase(), `${hashKey(key)} `]) {
      assert.equal((await world.check(gate, { keySha256 })).code, "KEY_MALFORMED");
    }
  });

  it("is refused as soon as the news of its revocation comes", async () => {
    const { world, gate, key } = await warm();
    world.change(key, { state: "revoked" });
    await world.clock.advance(0);
    assert.equal((await world.check(gate, { key })).code, "KEY_REVOKED");
  });

  it("is refused while it is disabled, and works again after", async () => {
    const { world, gate, key } = await warm();
    world.change(key, { state: "disabled" });
    await world.clock.advance(0);
    assert.equal((await world.check(gate, { key })).code, "KEY_DISABLED");
    world.change(key, { state: "active" });
    await world.clock.advance(0);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
  });

  it("ends by itself on business time", async () => {
    const world = new GateWorld();
    const key = world.key("abc", { expiresAtMs: world.businessMs() + 86_400_000 });
    const gate = world.gate();
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    world.travelledMs = 86_400_000;
    await world.clock.advance(5_000);
    assert.equal((await world.check(gate, { key })).code, "KEY_EXPIRED");
  });

  it("is refused with its customer, by reason, and with the account", async () => {
    const { world, gate, key } = await warm();
    const code = async () => (await world.check(gate, { key })).code;
    const standing = async (standing: string, customerVersion: bigint) => {
      world.tell({ kind: "customer", customerId: "abc", standing, customerVersion });
      await world.clock.advance(0);
    };
    await standing("unpaid", 3n);
    assert.equal(await code(), "PAYMENT_REQUIRED");
    await standing("good", 2n);
    assert.equal(await code(), "PAYMENT_REQUIRED", "older news is ignored");
    await standing("suspended", 4n);
    assert.equal(await code(), "CUSTOMER_SUSPENDED");
    await standing("good", 5n);
    assert.equal(await code(), "ALLOWED");
    const account = { suspended: true, defaultFailureMode: "closed" };
    world.tell({ kind: "account", account });
    await world.clock.advance(0);
    assert.equal(await code(), "ACCOUNT_SUSPENDED");
  });

  it("may call only within its scopes and from its addresses; the address is told first", async () => {
    const { world, gate, key } = await warm({
      scopes: ["GET /v1/forecast"],
      allowedCidrs: ["203.0.113.0/24"],
    });
    const code = async (over: object) => (await world.check(gate, { key, ...over })).code;
    const sourceAddress = "203.0.113.9";
    assert.equal(await code({}), "IP_DENIED");
    assert.equal(await code({ endpoint: "/v1/history" }), "IP_DENIED");
    assert.equal(await code({ sourceAddress, endpoint: "/v1/history" }), "SCOPE_DENIED");
    assert.equal(await code({ sourceAddress, method: "POST" }), "SCOPE_DENIED");
    assert.equal(await code({ sourceAddress }), "ALLOWED");
  });

  it("imported from elsewhere has no checksum and is known by the filter", async () => {
    const world = new GateWorld();
    const sha256 = hashKey("sk_old_1234567890");
    world.records.set(sha256, world.records.get(hashKey(world.key("abc"))) as never);
    world.imported = makeImportedFilter([sha256]);
    const gate = world.gate();
    await world.clock.advance(1);
    assert.equal((await world.check(gate, { key: "sk_old_1234567890" })).code, "ALLOWED");
    const before = world.count("resolveKey");
    assert.equal((await world.check(gate, { key: "sk_old_0000000000" })).code, "KEY_MALFORMED");
    assert.equal(world.count("resolveKey"), before);
  });
});

describe("what is known of keys", () => {
  it("does not ask again for a key that is unknown, until a key is issued", async () => {
    const { world, gate } = await warm();
    const made = makeKey({ test: false });
    for (let nth = 0; nth < 5; nth += 1) {
      assert.equal((await world.check(gate, { key: made.key })).code, "KEY_UNKNOWN");
    }
    assert.equal(world.count("resolveKey"), 2);
    const sample = [...world.records.values()][0];
    const issued = { ...sample, keyId: "issued", version: 1n };
    world.records.set(made.sha256, issued as never);
    world.ledger.customerOfKey.set("issued", "abc");
    world.tell({ kind: "key", key: issued });
    await world.clock.advance(0);
    assert.equal((await world.check(gate, { key: made.key })).code, "ALLOWED");
  });

  it("asks once for a key that many calls wait for", async () => {
    const { world, gate } = await warm();
    const key = world.key("abc");
    const waiting = Array.from({ length: 50 }, () => gate.check({ key, ...PLACE }));
    await world.clock.until(Promise.all(waiting));
    assert.equal(world.count("resolveKey"), 2);
  });

  it("answers UNAVAILABLE within 150 ms for a key it cannot resolve, never 'unknown'", async () => {
    const { world, gate } = await warm();
    const key = world.key("abc");
    for (const fate of ["hangs", "request-lost"] as const) {
      world.fate = (port) => (port === "resolveKey" ? fate : "arrives");
      const from = world.clock.monotonicMs();
      assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
      assert.ok(world.clock.monotonicMs() - from <= 152);
    }
  });

  it("takes news that overtakes an answer for the newer of the two", async () => {
    const { world, gate } = await warm();
    const key = world.key("abc");
    world.latencyMs = 20;
    const waiting = gate.check({ key, ...PLACE });
    await world.clock.advance(30); // the directory has answered; the answer is on its way
    world.change(key, { state: "revoked" });
    assert.equal((await world.clock.until(waiting)).code, "KEY_REVOKED");
  });

  it("asks again when a key is issued while the answer 'not found' is on its way", async () => {
    const { world, gate } = await warm();
    const made = makeKey({ test: false });
    world.latencyMs = 20;
    const waiting = gate.check({ key: made.key, ...PLACE });
    await world.clock.advance(30);
    const issued = { ...[...world.records.values()][0], keyId: "issued", version: 1n };
    world.records.set(made.sha256, issued as never);
    world.ledger.customerOfKey.set("issued", "abc");
    world.tell({ kind: "key", key: issued });
    assert.equal((await world.clock.until(waiting)).code, "ALLOWED");
  });

  it("goes on without auth until the trust bound, then by the failure mode", async () => {
    const { world, gate, key } = await warm();
    world.streaming = false;
    world.fate = (port) => (port === "resolveKey" ? "request-lost" : "arrives");
    await world.clock.advance(299_000);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    await world.clock.advance(7_000);
    assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
    world.fate = () => "arrives";
    await world.clock.advance(3_000);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED", "auth vouches for the key");
  });

  it("opens a silent stream again where it stopped, and hears what it missed", async () => {
    const { world } = await warm();
    world.streaming = false;
    await world.clock.advance(12_000);
    world.streaming = true;
    await world.clock.advance(3_000);
    assert.ok(world.opened.length >= 2);
    assert.equal(world.opened.at(-1), world.version);
    assert.ok(world.troubles.includes("watch-keys"));
  });

  it("does not trust 'unknown' while no news can come", async () => {
    const { world, gate } = await warm();
    const made = makeKey({ test: false });
    assert.equal((await world.check(gate, { key: made.key })).code, "KEY_UNKNOWN");
    world.streaming = false;
    await world.clock.advance(12_000);
    world.records.set(made.sha256, [...world.records.values()][0] as never);
    assert.equal((await world.check(gate, { key: made.key })).code, "ALLOWED");
  });

  it("is forgotten when news was missed", async () => {
    const { world, gate, key } = await warm();
    const sha256 = hashKey(key);
    const record = world.records.get(sha256);
    world.records.set(sha256, { ...record, state: "revoked" } as never);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED", "nobody has told");
    world.tell({ kind: "resync" });
    await world.clock.advance(0);
    assert.equal((await world.check(gate, { key })).code, "KEY_REVOKED");
  });

  it("stays within its bound: the least used keys go first and are asked for again", async () => {
    const world = new GateWorld();
    const gate = world.gate({ keysMax: 10 });
    await world.clock.advance(10);
    const keys = Array.from({ length: 25 }, () => world.key("abc"));
    for (const key of keys) assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    assert.equal((await world.check(gate, { key: keys[24] })).code, "ALLOWED");
    assert.equal(world.count("resolveKey"), 25);
    assert.equal((await world.check(gate, { key: keys[0] })).code, "ALLOWED");
    assert.equal(world.count("resolveKey"), 26);
  });
});
