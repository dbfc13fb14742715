import { benchOptions } from "./config.ts";
import { runGrowth } from "./growth/run-growth.ts";
import { type Measured, measure } from "./measure.ts";
import { printed, writeJson } from "./report.ts";
import type { Row } from "./row.ts";
import { rows } from "./rows/index.ts";
import { startWorld } from "./world/start-world.ts";

/**
 * `npm run bench`: each row measures the product and what the machine can do at most, in turn in
 * the same run, and prints both with their ratio. It needs no network and fails by no figure.
 *
 * `npm run bench -- events` measures the rows whose name has this word; `--rounds 5 --seconds 3`
 * say how often and how long, `--long` adds rows that take minutes, `--json FILE` where to.
 * `npm run bench -- --growth` grows an account instead; `--millions 1,10` says to what sizes.
 */
const options = benchOptions();
if (options.growth) {
  await runGrowth(options);
  process.exit(0);
}
const chosen = rows.filter(({ name, long }) => {
  if (options.words.length > 0) return options.words.every((word) => name.includes(word));
  return options.long || !long;
});
if (chosen.length === 0) {
  console.error(`No row has these words. There are:\n${rows.map(({ name }) => name).join("\n")}`);
  process.exit(1);
}
const measured: Measured[] = [];
for (const rawEvents of [false, true]) {
  const ofWorld = chosen.filter((row) => (row.rawEvents ?? false) === rawEvents);
  if (ofWorld.length > 0) await measureIn(rawEvents, ofWorld);
}
writeJson(options.json, { measured });
console.log(`\nAll figures: ${options.json}`);

async function measureIn(rawEvents: boolean, some: readonly Row[]): Promise<void> {
  const world = await startWorld({ rawEvents, say: (line) => console.log(line) });
  try {
    for (const row of some) {
      const sides = await row.prepare(world, options);
      try {
        const figures = await measure(row, sides, options.rounds);
        measured.push(figures);
        console.log(printed(figures));
      } finally {
        await sides.close();
      }
    }
  } finally {
    await world.stop();
  }
}
