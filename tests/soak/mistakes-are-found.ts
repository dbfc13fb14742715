import { faultKinds } from "../chaos/faults/index.ts";
import { mutants } from "../chaos/mutants/mutants.ts";
import { findMutant } from "../chaos/mutants/run-mutant.ts";
import type { Proof } from "./proof.ts";

const size = { seconds: 30, faults: 20, gates: 4, clients: 3, kinds: faultKinds };

/** Chaos itself is tried: a proof that cannot fail proves nothing. */
export const mistakesAreFound: Proof = {
  name: "mutants",
  promise: "Each of the five mistakes the design is made against is found by chaos.",
  minutes: 8,
  async prove({ seed, say }) {
    const report: string[] = [];
    for (const mutant of mutants) {
      const found = await findMutant(mutant, { seed, ...size }, say);
      report.push(`${mutant.name}: ${found === undefined ? "✖ not found" : `seed ${found}`}`);
    }
    return { holds: report.every((line) => !line.includes("✖")), report };
  },
};
