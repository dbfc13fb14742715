/**
 * `npm run chaos`: real processes, a load that never rests, faults by the dozen, and then every
 * client's own ledger against the database. Prints the seed; fails on whatever cannot be explained.
 */
import { parseArgs } from "node:util";
import { chaosOptions, parseOrders } from "./chaos-orders.ts";
import { reportOf } from "./report.ts";
import { runChaos } from "./run-chaos.ts";
import { startChaosWorld } from "./world/chaos-world.ts";

const say = (line: string) => console.log(line);
const orders = parseOrders(parseArgs({ options: chaosOptions }).values);
say(`chaos with seed ${orders.seed}: ${orders.faults} faults in ${orders.seconds} s`);
const world = await startChaosWorld();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void world.stop().finally(() => process.exit(130)));
}
const result = await runChaos(world, orders, say).finally(() => world.stop());
for (const line of reportOf(result)) say(line);
process.exit(result.findings.length === 0 ? 0 : 1);
