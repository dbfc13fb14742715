import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { needs } from "@tollbook/testing";
import { type GateKey, gatesOn, limitedCustomer, type RealGate } from "./real-gates.ts";
import { testPlatform } from "./test-platform.ts";

const PLACE = { endpoint: "/v1/forecast/{city}", method: "GET" };
const PER_SECOND = 200;
const BURST = 40;
/** Calls a second of a gate that is busy, and of one that is not. */
const [BUSY, QUIET] = [400, 10];
/** Shares follow demand within a few seconds, on a slow machine too. */
const PATIENCE_MS = 20_000;

describe("eight gates over gRPC under one rate", needs("postgres", "nats"), async () => {
  const platform = await testPlatform();

  it("never pass it in all, and the busy one gets the most of it, whichever it is", async (test) => {
    const limit = { name: "a second", ratePerMinute: PER_SECOND * 60, burst: BURST };
    const { key } = limitedCustomer(platform, [limit]);
    const gates = gatesOn(platform, key, 8);
    const startedAt = performance.now();
    let allowed = 0;
    for (const busy of [0, 5]) {
      const { counts, tookMs } = await callUntilBusyLeads(gates, key, busy);
      const rest = counts.filter((_, at) => at !== busy);
      test.diagnostic(`gate ${busy} led with ${counts[busy]} to ${rest} after ${tookMs} ms`);
      allowed += counts.reduce((sum, count) => sum + count, 0);
    }
    const spanMs = performance.now() - startedAt;
    const most = BURST + (PER_SECOND * spanMs) / 1_000;
    assert.ok(allowed <= most, `${allowed} calls in ${spanMs} ms, at most ${most}`);
    await Promise.all(gates.map(({ gate }) => gate.stop(5_000)));
  });
});

/** Calls until, within half a second, the busy gate let through more than all others together. */
async function callUntilBusyLeads(gates: readonly RealGate[], key: GateKey, busy: number) {
  const startedAt = performance.now();
  const counts = gates.map(() => 0);
  let going = true;
  const caller = async (at: number) => {
    const everyMs = 1_000 / (at === busy ? BUSY : QUIET);
    for (let next = performance.now(); going; next += everyMs) {
      const waitMs = next - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      const { allowed } = await (gates[at] as RealGate).gate.check({ key: key.key, ...PLACE });
      if (allowed) counts[at] = (counts[at] ?? 0) + 1;
      if (waitMs < -100) next = performance.now();
    }
  };
  const calling = gates.map((_, at) => caller(at));
  for (;;) {
    const before = [...counts];
    await sleep(500);
    const lately = counts.map((count, at) => count - (before[at] ?? 0));
    const own = lately[busy] ?? 0;
    const rest = lately.reduce((sum, count) => sum + count, 0) - own;
    const tookMs = Math.round(performance.now() - startedAt);
    if (own <= rest && tookMs < PATIENCE_MS) continue;
    going = false;
    await Promise.all(calling);
    assert.ok(own > rest, `${lately} in the last half second`);
    return { counts, tookMs };
  }
}
