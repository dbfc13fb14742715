/**
 * `npm run chaos`: real processes, a load that never rests, faults by the dozen, and then every
 * client's own ledger against the database. Prints the seed; fails on whatever cannot be explained.
 *
 * `npm run chaos -- --mutant no-dedupe` (or `all`) breaks a copy of the code in that way first, and
 * fails unless that is found.
 */
import { parseArgs } from "node:util";
import { type ChaosOrders, chaosOptions, parseOrders } from "./chaos-orders.ts";
import type { Finding } from "./compare/finding.ts";
import { mutants } from "./mutants/mutants.ts";
import { findMutant, type ToldFindings } from "./mutants/run-mutant.ts";
import { reportOf } from "./report.ts";
import { runChaos } from "./run-chaos.ts";
import { startChaosWorld } from "./world/chaos-world.ts";

const say = (line: string) => console.log(line);
const options = { ...chaosOptions, mutant: { type: "string" } } as const;
const { mutant, ...words } = parseArgs({ options }).values;
const orders = parseOrders(words);
const holds = mutant === undefined ? await isExact(orders) : await areFound(mutant, orders);
process.exit(holds ? 0 : 1);

async function isExact(run: ChaosOrders): Promise<boolean> {
  say(`chaos with seed ${run.seed}: ${run.faults} faults in ${run.seconds} s`);
  const world = await startChaosWorld();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void world.stop().finally(() => process.exit(130)));
  }
  const result = await runChaos(world, run, say).finally(() => world.stop());
  for (const line of reportOf(result)) say(line);
  await tell({ findings: result.findings.map(inShort) });
  return result.findings.length === 0;
}

function inShort({ what, details }: Finding): string {
  return `${what} (${details.length}): ${details[0]}`;
}

async function areFound(name: string, run: ChaosOrders): Promise<boolean> {
  const wanted = mutants.filter((one) => name === "all" || one.name === name);
  if (wanted.length === 0) {
    throw new Error(`There is no mutant ${name}. There are: ${mutants.map((one) => one.name)}.`);
  }
  const missed: string[] = [];
  for (const one of wanted) {
    if ((await findMutant(one, run, say)) === undefined) missed.push(one.name);
  }
  for (const each of missed) say(`✖ ${each} was not found`);
  return missed.length === 0;
}

/** Whoever started this as a child process wants to know more than its exit code. */
async function tell(told: ToldFindings): Promise<void> {
  if (process.send === undefined) return;
  await new Promise((sent) => process.send?.(told, undefined, undefined, sent));
}
