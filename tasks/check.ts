/**
 * `npm run check`: what must hold before the tests are worth running. Every step runs, whatever the
 * one before it found, so that one run shows all there is to mend.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareFolders } from "./compare-folders.ts";
import { root } from "./config.ts";
import { contractIsCompatible, generateContracts } from "./contracts.ts";
import { runTool } from "./run-tool.ts";

const fresh = mkdtempSync(join(tmpdir(), "tollbook-contracts-"));

const colors = process.stdout.isTTY ? "--colors=force" : "--colors=off";

const steps: readonly [name: string, holds: () => boolean][] = [
  ["types", () => runTool("tsc", ["--project", "."])],
  ["types of the dashboard", dashboardTypes],
  ["lint and format", () => runTool("biome", ["ci", "--error-on-warnings", colors])],
  ["contracts: lint", () => runTool("buf", ["lint"])],
  ["contracts: format", () => runTool("buf", ["format", "--diff", "--exit-code"])],
  ["contracts: generated code is up to date", contractsAreFresh],
  ["contracts: nothing was taken away", () => contractIsCompatible(fresh)],
  ["house rules", houseRules],
];

const failed = steps.filter(([name, holds]) => !step(name, holds)).map(([name]) => name);
rmSync(fresh, { recursive: true, force: true });
if (failed.length > 0) console.error(`\nFailed: ${failed.join("; ")}.`);
process.exitCode = failed.length > 0 ? 1 : 0;

function step(name: string, holds: () => boolean): boolean {
  const start = performance.now();
  const ok = holds();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`${ok ? "✔" : "✖"} ${name} (${seconds} s)`);
  return ok;
}

/** The dashboard runs in browsers, so it has settings of its own. */
function dashboardTypes(): boolean {
  if (!existsSync(join(root, "dashboard/tsconfig.json"))) return true;
  return runTool("tsc", ["--project", "dashboard"]);
}

function contractsAreFresh(): boolean {
  if (!generateContracts(fresh)) return false;
  const committed = join(root, "packages/contracts");
  const parts = ["generated", "image.binpb"];
  const stale = parts.flatMap((part) => compareFolders(join(fresh, part), join(committed, part)));
  for (const difference of stale.slice(0, 10)) console.error(`packages/contracts: ${difference}`);
  if (stale.length > 0) console.error("`npm run proto` makes them anew.");
  return stale.length === 0;
}

function houseRules(): boolean {
  return runTool("node", ["tests/run.ts", "tests/house-rules/"]);
}
