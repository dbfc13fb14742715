import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import type { Verdict } from "@tollbook/gate";
import { eventually, needs } from "@tollbook/testing";
import {
  type GateKey,
  gatesOn,
  limitedCustomer,
  type RealGate,
  reportCalls,
} from "./real-gates.ts";
import { memberSession, rootKey, testPlatform } from "./test-platform.ts";

const LIMIT = 10_000;
const PLACE = { endpoint: "/v1/forecast/{city}", method: "GET" };
/** For what a busy machine may take its time with. */
const PATIENCE_MS = 30_000;
const PATIENT = { withinMs: PATIENCE_MS };
/** Calls of one gate that are decided at one time. */
const CALLERS = 8;
const MINUTE_MS = 60_000;

describe("eight gates over gRPC on one customer", needs("postgres", "nats"), async () => {
  // Long enough for a machine that stands still now and then, short enough to see units strand.
  const platform = await testPlatform({ TOLLBOOK_METERING_LEASE_LIFETIME: "10s" });

  it("let exactly 10,000 through when they only join and leave", async (test) => {
    const { key, quota } = limitedCustomer(platform, [
      { name: "calls", quota: LIMIT, window: Window.MONTH },
    ]);
    const [leaving, staying] = [gatesOn(platform, key, 2), gatesOn(platform, key, 6)];
    const allowed = staying.map((gate) => tryUntilRefused(gate, key));
    // Two leave in the middle, and two others come.
    const left = await Promise.all(leaving.map((gate) => tryFor(gate, key, 900)));
    const coming = gatesOn(platform, key, 2);
    allowed.push(...coming.map((gate) => tryUntilRefused(gate, key)));
    await stopAll(leaving);
    const eight = sum([...left, ...(await Promise.all(allowed))]);
    await stopAll([...staying, ...coming]);
    // On a machine that stands still now and then, a gate may hold units longer than others try.
    const [late] = gatesOn(platform, key, 1) as [RealGate];
    const last = await tryUntilRefused(late, key);
    await stopAll([late]);
    test.diagnostic(`the eight let ${eight} through, and one that came last ${last}`);
    assert.equal(eight + last, LIMIT);
    await eventually(async () => {
      assert.deepEqual(await quota("calls"), { consumed: LIMIT, leased: 0, stranded: 0 });
    }, PATIENT);
  });

  it("with three killed: what was allowed and what is stranded is 10,000, until it is released", async () => {
    const { key, quota, release } = limitedCustomer(platform, [
      { name: "calls", quota: LIMIT, window: Window.MONTH },
    ]);
    const gates = gatesOn(platform, key, 8);
    const [killed, rest] = [gates.slice(0, 3), gates.slice(3)];
    // What the killed ones let through is reported, but for what they held as they died.
    const before = await Promise.all(killed.map((gate) => tryFor(gate, key, 500)));
    await Promise.all(killed.map(({ gate }) => gate.flush(PATIENCE_MS)));
    await Promise.all(killed.map(({ gate }) => gate.check({ key: key.key, ...PLACE })));
    for (const gate of killed) gate.kill();
    const allowed = await Promise.all(rest.map((gate) => tryUntilRefused(gate, key)));
    await stopAll(rest);
    const shown = await eventually(async () => {
      const { consumed, leased, stranded } = await quota("calls");
      assert.equal(leased, 0);
      assert.equal(consumed, sum([...before, ...allowed]));
      assert.equal(consumed + stranded, LIMIT);
      assert.ok(stranded >= 3, "each held at least the call it let through last");
      return { stranded };
    }, PATIENT);
    const { accountId } = key;
    const program = rootKey(accountId, "gate:check", "usage:read", "usage:write");
    await assert.rejects(release("calls", program), { kind: "permission-denied" });
    const owner = await memberSession({ accountId, memberId: newId(), role: "owner" });
    const { released, quota: after } = await release("calls", owner);
    assert.deepEqual([released, after?.reclaimed], [BigInt(shown.stranded), released]);
    const [last] = gatesOn(platform, key, 1) as [RealGate];
    assert.equal(await tryUntilRefused(last, key), shown.stranded);
    await stopAll([last]);
    assert.deepEqual(await quota("calls"), { consumed: LIMIT, leased: 0, stranded: 0 });
  });

  it("under 100 a minute and 1,000 a day: a refusal by one leaves the other untouched", async () => {
    const { key, quota } = limitedCustomer(platform, [
      { name: "a minute", quota: 100, window: Window.MINUTE },
      { name: "a day", quota: 1_000, window: Window.DAY },
    ]);
    const used = async (ofDay: number, ofMinute: number) => {
      const rest = { leased: 0, stranded: 0 };
      await eventually(async () => {
        assert.deepEqual(await quota("a day"), { consumed: ofDay, ...rest });
        assert.deepEqual(await quota("a minute"), { consumed: ofMinute, ...rest });
      }, PATIENT);
    };
    const minute = async () => {
      const gates = gatesOn(platform, key, 8);
      const allowed = await Promise.all(gates.map((gate) => tryUntilRefused(gate, key)));
      await stopAll(gates);
      return sum(allowed);
    };
    const start = platform.clock.now().getTime();
    const next = (minutes: number) =>
      platform.clock.travelTo(new Date(start + minutes * MINUTE_MS));
    assert.equal(await minute(), 100);
    await used(100, 100);
    // A backend tells of most of the day; of the minutes to come nothing is used.
    await reportCalls(platform, key, 750);
    await used(850, 850);
    next(2);
    assert.equal(await minute(), 100);
    await used(950, 100);
    next(4);
    assert.equal(await minute(), 50, "the day has no more");
    await used(1_000, 50);
    next(6);
    assert.equal(await minute(), 0);
    await used(1_000, 0);
  });

  it("once exhausted cost one ask per gate and ask_again_after, not one per call", async () => {
    const { key } = limitedCustomer(platform, [{ name: "calls", quota: 50, window: Window.MONTH }]);
    const gates = gatesOn(platform, key, 8);
    await Promise.all(gates.map((gate) => tryUntilRefused(gate, key)));
    for (const { gate } of gates) await gate.flush(PATIENCE_MS);
    await sleep(2_100); // remembered refusals from before the last unit was counted are over
    const before = gates.map(({ asks }) => asks());
    const startedAt = performance.now();
    const refused = await Promise.all(gates.map((gate) => hammer(gate, key, 2_000)));
    const ranMs = performance.now() - startedAt;
    const asks = gates.map((gate, at) => gate.asks() - (before[at] ?? 0));
    // All is consumed: an answer holds for 2 s. One more for the ask under way at either end, and
    // as many again where a busy machine answers later than a gate waits.
    const most = 2 * (Math.ceil(ranMs / 2_000) + 1);
    assert.ok(Math.max(...asks) <= most, `${asks} asks for ${refused} refused calls`);
    await stopAll(gates);
  });
});

/**
 * Calls from several callers at once until the limit refuses, and for a full second nothing was
 * let through. "It cannot be known" (a machine that is slow today) is no refusal.
 */
async function tryUntilRefused(gate: RealGate, key: GateKey): Promise<number> {
  let refusedSince = Number.POSITIVE_INFINITY;
  return callWhile(gate, key, ({ code }) => {
    const now = performance.now();
    if (code === "ALLOWED") refusedSince = Number.POSITIVE_INFINITY;
    if (code === "QUOTA_EXHAUSTED") refusedSince = Math.min(refusedSince, now);
    return now - refusedSince < 1_000;
  });
}

/** They leave, and give back what they hold. */
async function stopAll(gates: readonly RealGate[]): Promise<void> {
  await Promise.all(gates.map(({ gate }) => gate.stop(PATIENCE_MS)));
}

/** Calls for so many milliseconds. */
function tryFor(gate: RealGate, key: GateKey, forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  return callWhile(gate, key, () => performance.now() < end);
}

async function callWhile(
  { gate }: RealGate,
  { key }: GateKey,
  goOn: (verdict: Verdict) => boolean,
): Promise<number> {
  let count = 0;
  const caller = async () => {
    for (;;) {
      const verdict = await gate.check({ key, ...PLACE });
      const { allowed } = verdict;
      if (allowed) count += 1;
      if (!goOn(verdict)) return;
      await sleep(allowed ? 1 : 5);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return count;
}

/** Calls as fast as it can for so long; gives how many were refused. */
async function hammer({ gate }: RealGate, { key }: GateKey, forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  let refused = 0;
  while (performance.now() < end) {
    for (let call = 0; call < 50; call += 1) {
      const verdict = await gate.check({ key, ...PLACE });
      assert.equal(verdict.allowed, false);
      refused += 1;
    }
    await sleep(1);
  }
  return refused;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
