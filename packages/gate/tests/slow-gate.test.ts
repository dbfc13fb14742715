import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GateWorld } from "./gate-world.ts";

const LIMIT = 60;
const PLACE = { endpoint: "/v1/forecast", method: "GET" };
/** No call is refused when there has been room for this long. */
const FELT_WITHIN_MS = 250;

/** A gate that spends now and then holds units that others could have; these call without pause. */
async function besideSlowGate(paceMs: number) {
  const world = new GateWorld();
  const key = world.key("abc");
  const rule = world.limit({ name: "quota", customerId: "abc", limit: LIMIT });
  const [slow, ...keen] = [world.gate(), world.gate(), world.gate()];
  let [allowed, refused, latestMs] = [0, 0, 0];
  let freeSince: number | undefined;
  const look = () => {
    const { consumed, leased, stranded } = world.ledger.totals("quota");
    const now = world.clock.monotonicMs();
    if (rule.limit - consumed - leased - stranded <= 0) freeSince = undefined;
    else freeSince ??= now;
    return freeSince === undefined ? 0 : now - freeSince;
  };
  const call = (gate: typeof slow, told: (allowed: boolean) => void) => {
    void Promise.resolve(gate?.check({ key, ...PLACE })).then((verdict) => {
      if (verdict?.allowed) allowed += 1;
      told(verdict?.allowed ?? false);
    });
  };
  for (let ms = 0; ms < 4_000; ms += 10) {
    if (ms % paceMs === 0) call(slow, () => {});
    for (const gate of keen) {
      call(gate, (passed) => {
        if (passed) return;
        refused += 1;
        latestMs = Math.max(latestMs, look());
      });
    }
    await world.clock.advance(10);
    look();
  }
  for (const gate of [slow, ...keen]) void gate?.stop(1_000);
  await world.clock.advance(5_000);
  return { allowed, refused, latestMs, left: world.ledger.totals("quota") };
}

describe("a gate that spends slowly near a limit", () => {
  for (const paceMs of [30, 150, 400, 1_500]) {
    it(`every ${paceMs} ms keeps nobody from a unit for longer than 250 ms`, async () => {
      const { allowed, refused, latestMs, left } = await besideSlowGate(paceMs);
      assert.ok(refused > 500, "most calls come when all is used up");
      assert.ok(latestMs <= FELT_WITHIN_MS, `refused ${latestMs} ms after there was room`);
      assert.equal(allowed, LIMIT);
      assert.deepEqual(left, { consumed: LIMIT, leased: 0, stranded: 0 });
    });
  }
});
