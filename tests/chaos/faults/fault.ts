import type { KeptGate } from "../gates/kept-gate.ts";
import type { Random } from "../random.ts";
import type { ChaosWorld } from "../world/chaos-world.ts";

/** What a fault may be done to. */
export interface Scene {
  readonly world: ChaosWorld;
  readonly gates: readonly KeptGate[];
}

/**
 * Does harm and mends it again: resolves when what it ended runs, and what it stopped goes on.
 * Which, when and for how long is drawn from `random` before anything is done.
 */
export type Fault = (scene: Scene, random: Random) => Promise<void>;
