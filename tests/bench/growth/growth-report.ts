import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { spreadOf } from "../measure.ts";
import { figures, number } from "../report.ts";
import type { Figure } from "../row.ts";
import type { Plan } from "./plans.ts";
import type { Answered, Checked, Question } from "./questions.ts";

/** What was measured at one size of the account. */
export interface Size {
  /** Calls of the past, in millions; 0: none yet. */
  readonly millions: number;
  readonly rollups: number;
  /** Events counted a second, by round. */
  readonly ingest: readonly Figure[];
  readonly asked: readonly Asked[];
  /** What the reconciler said; undefined if it did not come to it in time. */
  readonly reconciled: Reconciled | undefined;
}

/** The first proof that was begun after all was counted. */
export interface Reconciled {
  readonly withinMs: number;
  readonly sums: number;
  readonly wrong: readonly unknown[];
}

/** A question, how long its answers took, and how PostgreSQL found them. */
export interface Asked {
  readonly question: Question;
  readonly answered: Answered;
  readonly plans: readonly Plan[];
  readonly checked: Checked;
}

/** Prints the newest size beside the first. */
export function printGrowth(sizes: readonly Size[], say: (line: string) => void): void {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined) return;
  say(
    styleText("bold", `\n${number(last.millions)} million calls, ${number(last.rollups)} rollups`),
  );
  const rate = spreadOf(last.ingest.map(({ value }) => value));
  say(`    ingest    ${figures(rate)} events/s`);
  const [before, now] = [cpuOf(first), cpuOf(last)];
  const ratio = `${number(now / before)} × of an account without a past`;
  say(`              ${number(now)} µs CPU an event (metering and PostgreSQL), ${ratio}`);
  for (const asked of last.asked) printAsked(asked, say);
  const { reconciled } = last;
  const said = reconciled && `${reconciled.sums} sums, ${reconciled.wrong.length} disagree`;
  const within = reconciled && `, within ${number(reconciled.withinMs / 1_000)} s`;
  say(`    reconciler: ${said ?? "gave no proof in time"}${within ?? ""}`);
}

function printAsked({ question, answered, plans, checked }: Asked, say: (line: string) => void) {
  const { ms, bareMs, cpuMs } = answered;
  const mark = ms.median <= question.wantedMs ? "✓" : "✗";
  say(`  ${mark} ${question.name}: ${figures(ms)} ms, wanted ≤ ${question.wantedMs}`);
  say(`    ${number(cpuMs)} ms of CPU (metering and PostgreSQL)`);
  say(
    `    plain SQL ${figures(bareMs)} ms; the product takes ${number(ms.median / bareMs.median)} ×`,
  );
  const rows = plans.reduce((sum, plan) => sum + plan.rows, 0);
  const { groups, calls, wrong } = checked;
  say(`    ${number(rows)} rows read for ${number(groups)} groups, ${number(calls)} calls`);
  say(`    ${number(wrong)} groups differ from what was counted`);
  const partitions = new Set(plans.flatMap((plan) => plan.partitions));
  say(`    partitions read: ${[...partitions].sort().join(", ")}`);
}

/** Writes down how PostgreSQL found the answers at each size, as it shows plans itself. */
export function writePlans(file: string, sizes: readonly Size[]): void {
  const plans = sizes.flatMap(({ millions, asked }) => {
    return asked.flatMap(({ question, plans }) => {
      return plans.map(({ text }) => `${millions} million calls, ${question.name}\n\n${text}\n`);
    });
  });
  writeFileSync(file, plans.join("\n"));
}

/** CPU of both processes for an event, at the median. */
function cpuOf({ ingest }: Size): number {
  const each = ingest.map(({ notes = {} }) => {
    return (notes["CPU µs each: metering"] ?? 0) + (notes.PostgreSQL ?? 0);
  });
  return spreadOf(each).median;
}
