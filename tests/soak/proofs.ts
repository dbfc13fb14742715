import { exactUnderFaults } from "./exact-under-faults.ts";
import { floodOfUsage } from "./flood-of-usage.ts";
import { mistakesAreFound } from "./mistakes-are-found.ts";
import { mutatedFrames } from "./mutated-frames.ts";
import type { Proof } from "./proof.ts";

/** The long proofs, in the order they run. */
export const proofs: readonly Proof[] = [
  exactUnderFaults,
  mistakesAreFound,
  mutatedFrames,
  floodOfUsage,
];
