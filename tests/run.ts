/**
 * `npm test`: starts what the tests share, runs every test file and says what failed.
 *
 * `npm test -- metering seal` runs the files whose path contains all these words, and
 * `npm test -- --name "counts once"` only the tests with such a name. `--slowest` names the files
 * that took longest.
 */
import { globSync } from "node:fs";
import { run } from "node:test";
import { parseArgs } from "node:util";
import { checkout, shareTestServers } from "@tollbook/testing";
import { handOn, inCi, ownTemporaryFolder } from "./config.ts";
import { reportTests } from "./report-tests.ts";

/** Two cores is what continuous integration and small laptops have. */
const concurrency = 2;
/** A file, test or hook that takes longer hangs, perhaps on a connection nobody closed. */
const testMs = 180_000;
const slowestShown = 40;
/** They load the machine or need a quiet one, and have tasks of their own. */
const ownTasks = /^tests\/(chaos|bench|soak|house-rules)\//;

const { positionals: words, values } = parseArgs({
  allowPositionals: true,
  options: { name: { type: "string" }, slowest: { type: "boolean", default: false } },
});
const files = testFiles();
if (files.length === 0) {
  console.error(`No test file has ${words.map((word) => `"${word}"`).join(" and ")} in its path.`);
  process.exit(1);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

// The browser unpacks itself into the temporary folder, where another user's copy may stand.
handOn({ TMPDIR: ownTemporaryFolder() });
const servers = await shareTestServers((line) => console.log(line));
handOn(servers.env);
for (const [need, why] of Object.entries(servers.missing)) console.log(`without ${need}: ${why}`);
const stream = run({
  files,
  cwd: checkout,
  concurrency,
  timeout: testMs,
  ...(values.name !== undefined && { testNamePatterns: [values.name] }),
});
const { ok, skipped, files: times } = await reportTests(stream, (text) => console.log(text));
await servers.stop();
if (values.slowest) console.log(slowestOf(times));
const skippedInCi = inCi && skipped.length > 0;
if (skippedInCi) console.log("In continuous integration a skipped test is a failure.");
process.exit(ok && !skippedInCi ? 0 : 1);

/** The files that took longest, each with its seconds. */
function slowestOf(times: ReadonlyMap<string, number>): string {
  const sorted = [...times].sort(([, one], [, other]) => other - one).slice(0, slowestShown);
  return sorted.map(([file, ms]) => `${(ms / 1_000).toFixed(1)} s ${file}`).join("\n");
}

function testFiles(): string[] {
  const exclude = ["**/node_modules/**", "**/dist/**", ".tollbook/**"];
  return globSync("**/*.test.ts", { cwd: checkout, exclude })
    .filter((file) => words.every((word) => file.includes(word)))
    .filter((file) => words.length > 0 || !ownTasks.test(file))
    .sort();
}
