import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { ChaosWorld } from "../world/chaos-world.ts";
import type { Fault } from "./fault.ts";

/**
 * What is asked arrives and is done; the answers are not heard, and then the connection is gone:
 * everything acknowledged meanwhile must be recognised when it is sent again.
 */
export const loseReplies: Fault = async ({ world }, random) => {
  const [links, ms] = [chosen(world, random), random.between(30, 600)];
  for (const link of links) link.mute = true;
  await sleep(ms);
  for (const link of links) world.proxy.cut(link);
};

/** Connections are gone, with what was on its way in either direction. */
export const cutConnections: Fault = async ({ world }, random) => {
  for (const link of chosen(world, random)) world.proxy.cut(link);
};

/** Everything takes longer, and answers come when nobody waits for them any more. */
export const delayConnections: Fault = async ({ world }, random) => {
  const links = chosen(world, random);
  const [delayMs, ms] = [random.between(20, 800), random.between(500, 3_000)];
  for (const link of links) link.delayMs = delayMs;
  await sleep(ms);
  for (const link of links) link.delayMs = 0;
};

/** At least one connection, at most all. */
function chosen({ proxy }: ChaosWorld, random: Random) {
  const share = random.fraction();
  const links = random.shuffled(proxy.links());
  return links.slice(0, Math.max(1, Math.ceil(links.length * share)));
}
