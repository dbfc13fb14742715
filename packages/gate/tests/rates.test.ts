import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Gate } from "../src/gate.ts";
import { type Fate, GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };

function rated(perMinute: number, burst: number) {
  const world = new GateWorld();
  const key = world.key("abc");
  world.limit({ name: "rate", customerId: "abc", limit: 0, rate: { perMinute, burst } });
  return { world, key };
}

/** Codes of so many calls, one after the other. */
async function codesOf(world: GateWorld, gate: Gate, key: string, calls: number, everyMs = 0) {
  const codes: string[] = [];
  for (let call = 0; call < calls; call += 1) {
    codes.push((await world.check(gate, { key })).code);
    await world.clock.advance(everyMs);
  }
  return codes;
}

const allowedOf = (codes: string[]) => codes.filter((code) => code === "ALLOWED").length;

describe("a rate", () => {
  it("lets its burst through, then one call at a time as its bucket fills", async () => {
    const { world, key } = rated(600, 5);
    const gate = world.gate();
    const codes = await codesOf(world, gate, key, 8);
    assert.ok(allowedOf(codes) >= 5 && allowedOf(codes) <= 6, codes.join());
    assert.equal(codes.at(-1), "RATE_LIMITED");
    await world.clock.advance(100);
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
    const verdict = await world.check(gate, { key });
    assert.equal(verdict.code, "RATE_LIMITED");
    const wait = verdict.retryAfterMs ?? 0;
    assert.ok(wait > 0 && wait <= 100, `${wait} ms until the next call`);
  });

  it("is spent without asking for each call", async () => {
    const { world, key } = rated(60_000, 100);
    const gate = world.gate();
    await world.check(gate, { key });
    const before = world.count("acquireLeases");
    const codes = await codesOf(world, gate, key, 1_000, 2);
    assert.equal(allowedOf(codes), 1_000);
    const asks = world.count("acquireLeases") - before;
    assert.ok(asks <= 20, `${asks} asks for 1,000 calls in 2 s`);
  });

  it("of which a caller wants too much costs few asks, not one for each call", async () => {
    const { world, key } = rated(60, 1);
    const gate = world.gate();
    await codesOf(world, gate, key, 50, 10);
    const [before, startedAt] = [world.count("acquireLeases"), world.clock.monotonicMs()];
    const codes = await codesOf(world, gate, key, 1_000, 4);
    const spanMs = world.clock.monotonicMs() - startedAt;
    assert.ok(allowedOf(codes) <= 1 + spanMs / 1_000, `${allowedOf(codes)} in ${spanMs} ms`);
    const asks = world.count("acquireLeases") - before;
    // An ask every tenth of a second, and as many again when answers come late on a busy machine.
    assert.ok(asks <= 2 + spanMs / 50, `${asks} asks for 1,000 calls in ${spanMs} ms`);
  });

  it("that refuses takes nothing of a quota, and a quota that refuses nothing of a rate", async () => {
    const { world, key } = rated(6, 3);
    world.limit({ name: "quota", customerId: "abc", limit: 100 });
    world.limit({ name: "small", customerId: "def", limit: 2 });
    world.limit({ name: "rate", customerId: "def", limit: 0, rate: { perMinute: 6, burst: 5 } });
    const gate = world.gate();
    assert.equal(allowedOf(await codesOf(world, gate, key, 20)), 3);
    const other = world.key("def");
    const codes = await codesOf(world, gate, other, 20);
    assert.deepEqual([allowedOf(codes), codes.at(-1)], [2, "QUOTA_EXHAUSTED"]);
    const { limits } = await world.check(gate, { key: other, count: "never" });
    assert.equal(limits.find(({ name }) => name === "rate")?.remaining, 3n);
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 3, leased: 0, stranded: 0 });
  });

  it("given back when it is not used is there for others at once", async () => {
    const { world, key } = rated(1, 4);
    const [one, other] = [world.gate(), world.gate()];
    assert.equal(allowedOf(await codesOf(world, one, key, 2)), 2);
    await world.clock.advance(1_500);
    assert.equal(allowedOf(await codesOf(world, other, key, 5, 200)), 2);
  });

  it("ends within two seconds: a gate that cannot ask refuses, or goes by its budget", async () => {
    const { world, key } = rated(60_000, 100);
    const open = { kind: "open" as const, budgetCalls: 3 };
    const rate = { perMinute: 60_000, burst: 100 };
    world.limit({ name: "rate", customerId: "def", limit: 0, rate, failureMode: open });
    const [gate, other] = [world.gate(), world.key("def")];
    for (const each of [key, other]) await world.check(gate, { key: each });
    world.fate = () => "request-lost";
    assert.equal((await world.check(gate, { key })).code, "ALLOWED", "what it holds is its own");
    await world.clock.advance(2_100);
    assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
    const codes = await codesOf(world, gate, other, 5);
    assert.deepEqual([allowedOf(codes), codes.at(-1)], [3, "UNAVAILABLE"]);
  });

  it("is not filled by a machine's clock that jumps ahead", async () => {
    const { world, key } = rated(600, 100);
    const gate = world.gate();
    await codesOf(world, gate, key, 100);
    world.clock.jumpWall(1_000);
    assert.ok(allowedOf(await codesOf(world, gate, key, 50)) <= 1);
  });
});

describe("eight gates under one rate", () => {
  const step = fc.record({
    gate: fc.nat({ max: 7 }),
    calls: fc.integer({ min: 1, max: 12 }),
    pauseMs: fc.integer({ min: 0, max: 120 }),
    kill: fc.nat({ max: 60 }).map((dice) => dice === 0),
  });
  const fates = fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant<Fate>("arrives") },
      { weight: 2, arbitrary: fc.constantFrom<Fate>("request-lost", "reply-lost", "echoes") },
    ),
    { minLength: 1, maxLength: 30 },
  );

  it("never let through more than rate × time + burst, in any span, whatever gets lost", async () => {
    const rates = fc.constantFrom([600, 5], [6_000, 40], [60, 3], [3_000, 12]);
    const steps = fc.array(step, { minLength: 20, maxLength: 80, size: "max" });
    await fc.assert(
      fc.asyncProperty(rates, fates, steps, async ([perMinute = 0, burst = 0], moods, steps) => {
        const { world, key } = rated(perMinute, burst);
        const gates = Array.from({ length: 8 }, () => world.gate());
        let messages = 0;
        world.fate = () => moods[messages++ % moods.length] ?? "arrives";
        const times: number[] = [];
        for (const { gate: at, calls, pauseMs, kill } of steps) {
          const gate = gates[at % gates.length] as Gate;
          for (let call = 0; call < calls; call += 1) {
            void Promise.resolve(gate.check({ key, ...PLACE })).then(({ allowed }) => {
              if (allowed) times.push(world.clock.monotonicMs());
            });
          }
          if (kill) world.killed.add(at);
          await world.clock.advance(pauseMs);
        }
        await world.clock.advance(2_000);
        assertWithin(times, perMinute, burst);
      }),
      { numRuns: 20 },
    );
  });
});

/** Looks at every span between two calls. */
function assertWithin(times: readonly number[], perMinute: number, burst: number): void {
  for (const [first, from] of times.entries()) {
    for (let last = first; last < times.length; last += 1) {
      const spanMs = (times[last] ?? 0) - from;
      const most = burst + (perMinute * spanMs) / 60_000 + 1e-6;
      const calls = last - first + 1;
      assert.ok(calls <= most, `${calls} calls in ${spanMs} ms, at most ${most}`);
    }
  }
}
