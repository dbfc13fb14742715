import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../world/chaos-world.ts";
import type { Fault } from "./fault.ts";

/** `kill -9` of one process of a service. */
export function killService(service: string): Fault {
  return ({ world }, random) => {
    const [victim, awayMs] = [random.pick(processesOf(world, service)), random.between(0, 700)];
    return victim.restart(
      (process) => process.kill(),
      () => sleep(awayMs),
    );
  };
}

/** SIGTERM, as with each new version. */
export function restartService(service: string): Fault {
  return ({ world }, random) => {
    return random.pick(processesOf(world, service)).restart((process) => process.stop());
  };
}

/** SIGSTOP, and SIGCONT: as on a machine that swaps. It wakes in the middle of things. */
export function pauseService(service: string): Fault {
  return ({ world }, random) => {
    return random.pick(processesOf(world, service)).pause(random.between(200, 2_500));
  };
}
