import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Gate } from "../src/gate.ts";
import { GateWorld } from "./gate-world.ts";

const LIMIT = 300;
const PLACE = { endpoint: "/v1/forecast", method: "GET" };

const happening = fc.record({
  gate: fc.nat({ max: 5 }),
  what: fc.constantFrom("call", "call", "call", "join", "leave"),
  calls: fc.integer({ min: 1, max: 30 }),
  pauseMs: fc.integer({ min: 0, max: 1_500 }),
});

describe("gates that only join and leave", () => {
  it("let exactly the limit through, in whatever order they come and go", async () => {
    const life = fc.array(happening, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(life, async (happenings) => {
        const world = new GateWorld();
        const key = world.key("abc");
        world.limit({ name: "quota", customerId: "abc", limit: LIMIT });
        const gates: Gate[] = [];
        let allowed = 0;
        const call = (gate: Gate) =>
          void Promise.resolve(gate.check({ key, ...PLACE })).then((verdict) => {
            if (verdict.allowed) allowed += 1;
          });
        for (const { gate: nth, what, calls, pauseMs } of happenings) {
          const gate = gates[nth % Math.max(1, gates.length)];
          if (what === "join" || gate === undefined) gates.push(world.gate());
          else if (what === "leave") {
            gates.splice(gates.indexOf(gate), 1);
            void gate.stop(5_000);
          } else for (let one = 0; one < calls; one += 1) call(gate);
          await world.clock.advance(pauseMs);
          assert.ok(allowed <= LIMIT);
        }
        // Whoever is left, and one more, call on until everybody was refused for a second.
        gates.push(world.gate());
        for (let before = -1; before !== allowed; ) {
          before = allowed;
          for (let ms = 0; ms < 1_000; ms += 50) {
            for (const gate of gates) for (let one = 0; one < 3; one += 1) call(gate);
            await world.clock.advance(50);
          }
        }
        for (const gate of gates) void gate.stop(5_000);
        await world.clock.advance(10_000);
        assert.equal(allowed, LIMIT);
        const spent = { consumed: LIMIT, leased: 0, stranded: 0 };
        assert.deepEqual(world.ledger.totals("quota"), spent);
      }),
      { numRuns: 25 },
    );
  });
});
