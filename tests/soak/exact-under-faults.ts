import { faultKinds } from "../chaos/faults/index.ts";
import { reportOf } from "../chaos/report.ts";
import { runChaos } from "../chaos/run-chaos.ts";
import { startChaosWorld } from "../chaos/world/chaos-world.ts";
import type { Proof } from "./proof.ts";

const faults = 300;
const size = { seconds: 1_200, faults, gates: 4, clients: 3, kinds: faultKinds };
const kindsMin = 10;

/** The big chaos run. */
export const exactUnderFaults: Proof = {
  name: "chaos",
  promise: `${faults} faults: no acknowledged usage lost, none counted twice, no hard limit passed.`,
  minutes: 21,
  async prove({ seed, say }) {
    const world = await startChaosWorld();
    const result = await runChaos(world, { seed, ...size }, say).finally(() => world.stop());
    const kinds = new Set(result.plan.map(({ kind }) => kind));
    const holds = result.findings.length === 0 && kinds.size >= kindsMin;
    return { holds, report: reportOf(result) };
  },
};
