import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Gate } from "../src/gate.ts";
import type { GateSettings } from "../src/gate-settings.ts";
import type { LeaseRelease, LeaseRequest } from "../src/lease-protocol.ts";
import { GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };

/** A world with one customer and one limit, and a gate that has made its first call. */
async function warm(limit = 1_000, over: object = {}, settings: Partial<GateSettings> = {}) {
  const world = new GateWorld();
  const key = world.key("abc");
  const rule = world.limit({ name: "quota", customerId: "abc", limit, ...over });
  const gate = world.gate(settings);
  await world.check(gate, { key });
  return { world, key, gate, rule };
}

/** Calls one after the other, each after a pause; gives the codes. */
async function calls(world: GateWorld, gate: Gate, key: string, count: number, pauseMs: number) {
  const codes: string[] = [];
  for (let call = 0; call < count; call += 1) {
    codes.push((await world.check(gate, { key })).code);
    await world.clock.advance(pauseMs);
  }
  return codes;
}

describe("a warm gate", () => {
  it("decides without waiting, and asks ahead about once a second", async () => {
    const { world, key, gate } = await warm(1_000_000);
    await calls(world, gate, key, 10, 10);
    const before = world.count("acquireLeases");
    for (let call = 0; call < 1_000; call += 1) {
      const verdict = gate.check({ key, ...PLACE });
      assert.ok(!(verdict instanceof Promise), `call ${call} had to wait`);
      assert.equal(verdict.code, "ALLOWED");
      await world.clock.advance(10);
    }
    const asks = world.count("acquireLeases") - before;
    assert.ok(asks >= 9 && asks <= 25, `${asks} asks in 10 s`);
  });

  it("puts the asks of one tick into one request, and names each shared lease once", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    const places = Array.from({ length: 20 }, (_, nth) => ({
      method: "GET",
      endpoint: `/v${nth}`,
    }));
    world.limit({ name: "quota", customerId: "abc", limit: 1_000 });
    const gate = world.gate();
    await world.clock.until(Promise.all(places.map((place) => gate.check({ key, ...place }))));
    await world.clock.advance(2_500);
    const before = world.count("acquireLeases");
    await world.clock.until(Promise.all(places.map((place) => gate.check({ key, ...place }))));
    const sent = world.sent.filter(({ port }) => port === "acquireLeases").slice(before);
    const request = sent[0]?.message as LeaseRequest;
    assert.equal(sent.length, 1);
    assert.equal(request.asks.length, 20);
    assert.equal(request.known.length, 1);
  });

  it("has calls that wait share one ask", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 1_000 });
    const gate = world.gate();
    const waiting = Array.from({ length: 100 }, () => gate.check({ key, ...PLACE }));
    const verdicts = await world.clock.until(Promise.all(waiting));
    assert.ok(verdicts.every(({ allowed }) => allowed));
    const asks = world.sent.filter(({ port }) => port === "acquireLeases");
    assert.deepEqual(
      asks.map(({ message }) => (message as LeaseRequest).asks.map((ask) => ask.wantedCalls)),
      [[100]],
    );
  });

  it("lets a raised limit take effect within 2 s", async () => {
    const { world, key, gate, rule } = await warm(5);
    assert.equal((await calls(world, gate, key, 5, 1)).at(-1), "QUOTA_EXHAUSTED");
    rule.limit = 10;
    await world.clock.advance(2_000);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
  });

  it("admits without limits, but trusts that none apply for 2 s only", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    const gate = world.gate();
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    world.limit({ name: "new", customerId: "abc", limit: 0 });
    await world.clock.advance(2_000);
    assert.equal((await world.check(gate, { key })).code, "QUOTA_EXHAUSTED");
  });

  it("shows what is left of each limit after the call", async () => {
    const { world, key, gate } = await warm(1_000);
    const verdict = await world.check(gate, { key });
    assert.deepEqual(
      verdict.limits.map(({ name, limit, remaining, hard }) => ({ name, limit, remaining, hard })),
      [{ name: "quota", limit: 1_000n, remaining: 998n, hard: true }],
    );
    assert.equal(verdict.planName, "Plan");
  });
});

describe("a lease", () => {
  it("is not spent once it lapsed while the machine slept, though nobody can be asked", async () => {
    const { world, key, gate } = await warm();
    world.fate = () => "request-lost";
    assert.equal(
      (await world.check(gate, { key })).code,
      "ALLOWED",
      "it goes on with what it holds",
    );
    world.clock.jumpWall(11_000);
    assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
  });

  it("is spent once only while nobody can be asked", async () => {
    const { world, key, gate } = await warm();
    world.fate = () => "request-lost";
    await world.clock.advance(2_100);
    const codes = await calls(world, gate, key, 20, 0);
    assert.equal(codes.filter((code) => code === "ALLOWED").length, 9);
    assert.equal(codes.at(-1), "UNAVAILABLE");
  });

  it("that lapsed is given back with the next ask, so nothing stays stranded", async () => {
    const { world, key, gate } = await warm(20);
    world.clock.jumpWall(11_000);
    await world.clock.advance(11_000);
    assert.ok(world.ledger.totals("quota").stranded >= 0);
    await world.check(gate, { key });
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 2, leased: 0, stranded: 0 });
  });

  it("ends with its window: the next call counts in the new one", async () => {
    const { world, key, gate, rule } = await warm(10, { window: "minute" });
    const toNextMinute = 60_000 - (world.businessMs() % 60_000);
    await world.clock.advance(toNextMinute - 100);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    await world.clock.advance(100);
    const verdict = await world.check(gate, { key });
    assert.equal(
      verdict.limits[0]?.windowStartMs,
      Math.floor(world.businessMs() / 60_000) * 60_000,
    );
    await world.clock.until(gate.flush(1_000));
    const counter = world.ledger.counterOf(rule, world.businessMs());
    assert.equal(counter.consumed, 1n);
    const dated = world.batches.flatMap(({ events }) => events.map(({ timeMs }) => timeMs));
    assert.equal(dated.filter((timeMs) => timeMs >= (counter.windowStartMs ?? 0)).length, 1);
  });

  it("granted in a lost reply is found in the next answer and not granted again", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 10 });
    const gate = world.gate();
    world.fate = (port) => (port === "acquireLeases" ? "reply-lost" : "arrives");
    assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
    assert.equal(world.ledger.totals("quota").leased, 10);
    world.fate = () => "arrives";
    await world.clock.advance(500);
    const codes = await calls(world, gate, key, 12, 0);
    assert.equal(codes.filter((code) => code === "ALLOWED").length, 10);
  });

  it("gives units that lie unused for 3 s back", async () => {
    const { world } = await warm(1_000);
    assert.equal(world.ledger.totals("quota").leased, 10);
    await world.clock.advance(6_500);
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 1, leased: 0, stranded: 0 });
  });

  it("near the limit gives units that lie unused for 200 ms back, or as its host says", async () => {
    const { world } = await warm(12);
    assert.equal(world.ledger.totals("quota").leased, 10);
    await world.clock.advance(450);
    assert.ok(world.ledger.totals("quota").leased <= 1, "only the call that is not yet counted");
    const slow = await warm(12, {}, { idleInTailMs: 2_000 });
    await slow.world.clock.advance(1_900);
    assert.ok(slow.world.ledger.totals("quota").leased >= 9);
    await slow.world.clock.advance(2_200);
    assert.equal(slow.world.ledger.totals("quota").leased, 0);
  });

  it("is given back by a gate that stops, also what a lost reply granted", async () => {
    const { world, gate } = await warm(100);
    world.fate = (port) => (port === "acquireLeases" ? "reply-lost" : "arrives");
    await world.clock.advance(1_500);
    void gate.check({ key: world.key("abc"), ...PLACE });
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 1, leased: 0, stranded: 0 });
    const release = world.sent.findLast(({ port }) => port === "releaseLeases")?.message;
    assert.ok((release as LeaseRelease).returns.every(({ final }) => final));
  });

  it("of a gate that was killed is stranded, not sold again, and freed by the owner", async () => {
    const { world, key } = await warm(12);
    world.killed.add(0);
    await world.clock.advance(11_000);
    assert.equal(world.ledger.totals("quota").stranded, 10);
    const other = world.gate();
    assert.equal((await calls(world, other, key, 10, 1)).filter((c) => c === "ALLOWED").length, 2);
    world.ledger.releaseStranded();
    await world.clock.advance(2_000);
    assert.equal((await calls(world, other, key, 20, 1)).filter((c) => c === "ALLOWED").length, 10);
  });
});

describe("calls to several endpoints under one limit that is nearly used up", () => {
  it("do not spend what was asked for each other: all are decided in time", async () => {
    const world = new GateWorld();
    world.latencyMs = 10; // an answer takes 20 ms, a call waits 50
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 1_000 });
    const gate = world.gate();
    for (const endpoint of ["/a", "/b", "/c"]) await world.check(gate, { key, endpoint });
    const codes: string[] = [];
    const callers = Array.from({ length: 24 }, async (_, nth) => {
      for (let call = 0; call < 40; call += 1) {
        const endpoint = ["/a", "/b", "/c"][(nth + call) % 3] ?? "";
        const verdict = await gate.check({ key, endpoint, method: "GET" });
        codes.push(verdict.code);
        await new Promise<void>((resolve) => world.clock.after(1 + (nth % 4), resolve));
      }
    });
    await world.clock.until(Promise.all(callers));
    assert.equal(codes.length, 960);
    assert.deepEqual(new Set(codes), new Set(["ALLOWED"]));
    const asks = world.count("acquireLeases");
    assert.ok(asks < 100, `${asks} asks: near the limit nearly every call waited for one`);
  });
});

describe("a gate with more leases than it may remember", () => {
  it("gives them back and goes on under a new gate id, without a unit lost or doubled", async () => {
    const world = new GateWorld();
    const keys = Array.from({ length: 12 }, (_, nth) => world.key(`customer-${nth}`));
    for (let nth = 0; nth < 12; nth += 1) {
      world.limit({ name: "quota", customerId: `customer-${nth}`, limit: 5 });
    }
    const gate = world.gate({ leasesMax: 4 });
    let allowed = 0;
    for (let round = 0; round < 8; round += 1) {
      for (const key of keys) if ((await world.check(gate, { key })).allowed) allowed += 1;
      await world.clock.advance(300);
    }
    assert.equal(allowed, 60);
    const asks = world.sent.filter(({ port }) => port === "acquireLeases");
    assert.ok(new Set(asks.map(({ message }) => (message as LeaseRequest).gateId)).size > 3);
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 60, leased: 0, stranded: 0 });
  });
});

describe("a refusal", () => {
  it("is remembered: an exhausted customer that hammers costs one ask per ask_again_after", async () => {
    const { world, key, gate } = await warm(1);
    await world.clock.advance(2_000);
    const before = world.count("acquireLeases");
    for (let call = 0; call < 2_000; call += 1) {
      const verdict = await world.check(gate, { key });
      assert.equal(verdict.code, "QUOTA_EXHAUSTED");
      await world.clock.advance(1);
    }
    const asks = world.count("acquireLeases") - before;
    assert.ok(asks <= 5, `${asks} asks for 2,000 refused calls in 4 s`);
  });

  it("by one limit leaves the others untouched", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "day", customerId: "abc", limit: 1_000 });
    world.limit({ name: "minute", customerId: "abc", limit: 10, window: "minute" });
    const gate = world.gate();
    const codes = await calls(world, gate, key, 30, 1);
    assert.equal(codes.filter((code) => code === "ALLOWED").length, 10);
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("day"), { consumed: 10, leased: 0, stranded: 0 });
  });

  it("tells the reason and the reset that last longest", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    const wallet = { name: "wallet", customerId: "abc", limit: 0 };
    world.limit({ ...wallet, refusal: "PAYMENT_REQUIRED" });
    world.limit({ name: "minute", customerId: "abc", limit: 0, window: "minute" });
    const verdict = await world.check(world.gate(), { key });
    assert.equal(verdict.code, "PAYMENT_REQUIRED");
    assert.equal(verdict.retryAfterMs, undefined, "waiting does not fill a wallet");
  });

  it("says when its window resets", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "minute", customerId: "abc", limit: 0, window: "minute" });
    const verdict = await world.check(world.gate(), { key });
    const untilReset = 60_000 - (world.businessMs() % 60_000);
    assert.ok(Math.abs((verdict.retryAfterMs ?? 0) - untilReset) <= 2);
  });

  it("spares cheaper calls that still fit", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    const cost = (endpoint: string) => (endpoint === "/v1/history" ? 5 : 1);
    world.limit({ name: "quota", customerId: "abc", limit: 7, cost });
    const gate = world.gate();
    const codes: string[] = [];
    for (const endpoint of ["/v1/history", "/v1/history", "/v1/now", "/v1/now", "/v1/now"]) {
      codes.push((await world.check(gate, { key, endpoint })).code);
      await world.clock.advance(300);
    }
    const [yes, no] = ["ALLOWED", "QUOTA_EXHAUSTED"];
    assert.deepEqual(codes, [yes, no, yes, yes, no]);
  });
});

describe("calls that declare units", () => {
  it("cost what the answer says for so many units", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    const cost = (_: string, units: number) => units;
    world.limit({ name: "quota", customerId: "abc", limit: 100, cost });
    const gate = world.gate();
    const codes: string[] = [];
    for (const units of [60, 30, 20, 10, 0]) {
      codes.push((await world.check(gate, { key, units })).code);
      await world.clock.advance(300);
    }
    const [yes, no] = ["ALLOWED", "QUOTA_EXHAUSTED"];
    assert.deepEqual(codes, [yes, yes, no, yes, yes]);
    await world.clock.until(gate.stop(1_000));
    assert.equal(world.ledger.totals("quota").consumed, 100);
  });

  it("are refused as a mistake outside 0 to 10^12", () => {
    const world = new GateWorld();
    const gate = world.gate();
    for (const units of [-1, 0.5, Number.NaN, 1e12 + 1]) {
      assert.throws(() => gate.check({ key: "x", units, ...PLACE }), {
        reason: "UNITS_OUT_OF_RANGE",
      });
    }
  });
});

describe("a look", () => {
  it("takes nothing and is not counted", async () => {
    const { world, key, gate } = await warm(2);
    for (let look = 0; look < 5; look += 1) {
      assert.equal((await world.check(gate, { key, count: "never" })).code, "ALLOWED");
    }
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    assert.equal((await world.check(gate, { key, count: "never" })).code, "QUOTA_EXHAUSTED");
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.calls, { passed: 2, refused: 0 });
  });

  it("is told the truth when the answer lapsed", async () => {
    const { world, key, gate, rule } = await warm(1);
    rule.limit = 2;
    await world.clock.advance(2_500);
    assert.equal((await world.check(gate, { key, count: "never" })).code, "ALLOWED");
    assert.equal(world.ledger.totals("quota").leased, 0);
  });
});

describe("eight gates on one customer with a hard limit of 500", () => {
  /** Every gate calls until it was refused for a full second; gives what was let through. */
  async function exhaust(world: GateWorld, key: string, gates: readonly Gate[]): Promise<number> {
    let allowed = 0;
    const lastAllowed = gates.map(() => world.clock.monotonicMs());
    const trying = () =>
      gates.filter((_, at) => world.clock.monotonicMs() - (lastAllowed[at] ?? 0) < 1_000);
    while (trying().length > 0) {
      for (const gate of trying()) {
        void Promise.resolve(gate.check({ key, ...PLACE })).then((verdict) => {
          if (!verdict.allowed) return;
          allowed += 1;
          lastAllowed[gates.indexOf(gate)] = world.clock.monotonicMs();
        });
      }
      await world.clock.advance(7);
    }
    return allowed;
  }

  it("let exactly 500 through when they only join and leave", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 500 });
    const gates = Array.from({ length: 8 }, () => world.gate());
    assert.equal(await exhaust(world, key, gates), 500);
    for (const gate of gates) await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 500, leased: 0, stranded: 0 });
  });

  it("let at most 500 through when some are killed, and the rest shows as stranded", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 500 });
    const gates = Array.from({ length: 8 }, () => world.gate());
    await world.clock.until(Promise.all(gates.map((gate) => gate.check({ key, ...PLACE }))));
    await world.clock.advance(1_000);
    for (const gate of [0, 3, 5]) world.killed.add(gate);
    const rest = gates.filter((_, at) => !world.killed.has(at));
    const allowed = 8 + (await exhaust(world, key, rest));
    for (const gate of rest) await world.clock.until(gate.stop(1_000));
    await world.clock.advance(11_000);
    const { consumed, leased, stranded } = world.ledger.totals("quota");
    assert.equal(consumed, allowed);
    assert.equal(consumed + stranded, 500);
    assert.equal(leased, 0);
  });
});
