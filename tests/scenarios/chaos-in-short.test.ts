import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needs } from "@tollbook/testing";
import { faultKinds } from "../chaos/faults/index.ts";
import { planFaults } from "../chaos/faults/plan-faults.ts";
import { Random } from "../chaos/random.ts";
import { reportOf } from "../chaos/report.ts";
import { type ChaosResult, runChaos } from "../chaos/run-chaos.ts";
import { type ChaosWorld, startChaosWorld } from "../chaos/world/chaos-world.ts";

/** Any five do: together they have met most kinds of faults. `npm run soak` has the long run. */
const seeds = [1, 2, 3, 4, 5];
const size = { seconds: 3, faults: 5, gates: 2, clients: 2, kinds: faultKinds };
const kindsMin = 10;

describe(
  "gates and backends while processes, disks and networks fail",
  needs("postgres", "nats"),
  () => {
    let world: ChaosWorld;
    const results: ChaosResult[] = [];
    before(async () => {
      world = await startChaosWorld();
    });
    after(async () => void (await world?.stop()));

    for (const seed of seeds) {
      it(`loses nothing, doubles nothing and passes no hard limit, seed ${seed}`, async () => {
        const result = await runChaos(world, { seed, ...size }, () => {});
        assert.equal(result.findings.length, 0, reportOf(result).join("\n"));
        assert.ok(result.figures.gates.allowed > 0 && result.figures.database.counted > 0);
        results.push(result);
      });
    }

    it("plans the same faults for the same seed, and others for another", () => {
      const plan = (seed: number) => planFaults({ seed, ...size }, new Random(seed));
      assert.deepEqual(plan(7), plan(7));
      assert.notDeepEqual(plan(7), plan(8));
    });

    it("met faults of many kinds", () => {
      const kinds = new Set(results.flatMap(({ plan }) => plan.map(({ kind }) => kind)));
      assert.ok(kinds.size >= kindsMin, [...kinds].join(", "));
    });
  },
);
