import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findNatsServer, stateFolder } from "@tollbook/local/parts";
import { checkout, handedOn, handedOnNames } from "@tollbook/testing";
import { programPath } from "../../config.ts";
import { type ChaosOrders, wordsOf } from "../chaos-orders.ts";
import { breakCode } from "./break-code.ts";
import { copyCheckout } from "./copy-checkout.ts";
import type { Mutant } from "./mutants.ts";

/** What a run tells the process that started it. */
export interface ToldFindings {
  readonly findings: readonly string[];
}

/** A mistake that shows only when things coincide may need more than one run. */
const seedsMax = 3;

/**
 * Runs chaos against a copy of this checkout that has this mistake, with the seed and those after
 * it, until something is found. Gives the seed it was found with, if it was.
 */
export async function findMutant(
  mutant: Mutant,
  orders: ChaosOrders,
  say: (line: string) => void,
): Promise<number | undefined> {
  say(`${mutant.name}: ${mutant.breaks}`);
  const { folder, remove } = copyCheckout();
  try {
    breakCode(folder, mutant);
    for (let seed = orders.seed; seed < orders.seed + seedsMax; seed += 1) {
      const findings = await runIn(folder, { ...orders, seed });
      for (const what of findings) say(`  ${what}`);
      const isFound = findings.some((what) => mutant.shows.some((name) => what.startsWith(name)));
      say(`  seed ${seed}: ${isFound ? "✔ found" : "nothing found that it explains"}`);
      if (isFound) return seed;
    }
    return undefined;
  } finally {
    remove();
  }
}

/** What a run in this checkout finds; throws if the run itself fails. */
async function runIn(folder: string, orders: ChaosOrders): Promise<readonly string[]> {
  const main = join(folder, "tests", "chaos", "main.ts");
  const child = spawn(process.execPath, [main, ...wordsOf(orders)], {
    env: { PATH: programPath, [handedOnNames.natsServer]: await natsServer() },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let told: ToldFindings | undefined;
  child.on("message", (message: ToldFindings) => {
    told = message;
  });
  const [code] = await once(child, "exit");
  if (told === undefined) throw new Error(`chaos itself failed with exit code ${code}`);
  return told.findings;
}

/** The copy would look for one of its own. */
function natsServer(): Promise<string> {
  const cacheFolder = join(stateFolder(checkout), "cache");
  return findNatsServer({ cacheFolder, configuredPath: handedOn().natsServer });
}
