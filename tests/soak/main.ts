/**
 * `npm run soak`: the long proofs, each with a report in figures. `npm run soak -- chaos` runs those
 * named, `-- --list` names them, `-- --seed 7` chooses as an earlier run did.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import type { Proof } from "./proof.ts";
import { proofs } from "./proofs.ts";

const seedsMax = 2 ** 31;
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" }, list: { type: "boolean", default: false } },
});
const strangers = positionals.filter((name) => !proofs.some((proof) => proof.name === name));
if (values.list || strangers.length > 0) {
  for (const { name, minutes, promise } of proofs) {
    console.log(`${name.padEnd(12)} about ${minutes} min  ${promise}`);
  }
  process.exit(strangers.length > 0 ? 1 : 0);
}

const seed = Number(values.seed ?? randomInt(seedsMax));
const wanted = proofs.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const failed: Proof[] = [];
for (const proof of wanted) if (!(await holds(proof))) failed.push(proof);
for (const { name } of failed) console.log(`✖ ${name} (npm run soak -- ${name} --seed ${seed})`);
process.exit(failed.length === 0 ? 0 : 1);

async function holds(proof: Proof): Promise<boolean> {
  const { name, promise, minutes } = proof;
  console.log(`${name}, about ${minutes} min, seed ${seed}: ${promise}`);
  const result = await proof.prove({ seed, say: (line) => console.log(line) });
  for (const line of result.report) console.log(line);
  console.log(`${result.holds ? "✔" : "✖"} ${name}\n`);
  return result.holds;
}
