import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { styleText } from "node:util";
import { isReached, type Measured, type Spread } from "./measure.ts";

/** A row as people read it. */
export function printed(measured: Measured): string {
  const { row, product, limit, ratio } = measured;
  const goal = "atLeast" in row.goal ? `≥ ${row.goal.atLeast}` : `≤ ${row.goal.atMost}`;
  const reached = isReached(measured);
  const mark = reached ? styleText("green", "✓") : styleText("yellow", "✗");
  const lines = [
    `${mark} ${styleText("bold", row.name)}`,
    `    product   ${figures(product)} ${row.unit}${notesOf(measured, "product")}`,
    `    ${row.limitName.padEnd(9)} ${figures(limit)} ${row.unit}${notesOf(measured, "limit")}`,
    `    ratio     ${figures(ratio)}   wanted ${goal}`,
  ];
  return lines.join("\n");
}

/** The middle, and how far apart. */
export function figures({ min, median, max }: Spread): string {
  return `${number(median)} (${number(min)} … ${number(max)})`;
}

/** As people of the house write it. */
export function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return value.toLocaleString("en-IN", { maximumFractionDigits: digits });
}

/** The notes of the middle round by value. */
function notesOf({ rounds }: Measured, side: "product" | "limit"): string {
  const sorted = [...rounds].sort((one, other) => one[side].value - other[side].value);
  const notes = Object.entries(sorted[sorted.length >> 1]?.[side].notes ?? {});
  return notes.map(([name, value]) => `, ${name} ${number(value)}`).join("");
}

/** Everything that was measured, with what it was measured on. */
export function writeJson(file: string, figures: Readonly<Record<string, unknown>>): void {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    arch: arch(),
    node: process.version,
  };
  mkdirSync(dirname(file), { recursive: true });
  const content = { time: new Date().toISOString(), machine, ...figures };
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}
