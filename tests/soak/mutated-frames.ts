import { attackMetering, cameThrough, figuresOf } from "../wire/attack-metering.ts";
import type { Proof } from "./proof.ts";

const frames = 100_000;

/** The big attack on the wire; `npm test` has a short one. */
export const mutatedFrames: Proof = {
  name: "wire",
  promise: `${frames} mutated frames at metering's port: no crash, no growth past 100 MB.`,
  minutes: 8,
  async prove({ seed, say }) {
    const result = await attackMetering(frames, seed, say);
    return { holds: cameThrough(result), report: figuresOf(result) };
  },
};
