/**
 * `npm run proto`: formats and checks proto/, then makes all that is made from it.
 *
 * `npm run proto -- --accept` also moves the baseline that `buf breaking` compares with, so that
 * what was added since can no longer be taken away. `-- --break` does so although the contract
 * changed incompatibly: a decision, which needs its record in docs/decisions.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./config.ts";
import { contractBaseline, contractIsCompatible, generateContracts } from "./contracts.ts";
import { runTool } from "./run-tool.ts";

const accept = process.argv.includes("--accept");
const breakOnPurpose = process.argv.includes("--break");
const first = !existsSync(join(root, contractBaseline));

const done =
  runTool("buf", ["format", "-w"]) &&
  runTool("buf", ["lint"]) &&
  generateContracts("packages/contracts") &&
  (breakOnPurpose || first || contractIsCompatible("packages/contracts")) &&
  (!(accept || breakOnPurpose) || moveBaseline());
process.exitCode = done ? 0 : 1;

function moveBaseline(): boolean {
  return runTool("buf", ["build", "--exclude-source-info", "-o", contractBaseline]);
}
