import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "@tollbook/testing";

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  /** Rows whose name contains all of these. */
  readonly words: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** Where the figures go. */
  readonly json: string;
  /** Rows that take minutes too. */
  readonly long: boolean;
  /** How ingest and queries do as an account grows, instead of rows. */
  readonly growth: boolean;
  /** The account's sizes there, in millions of calls, rising. */
  readonly millions: readonly number[];
}

/** Reads the command line; throws with a sentence about what is wrong with it. */
export function benchOptions(): BenchOptions {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      json: { type: "string" },
      long: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      millions: { type: "string", default: "1,10,100" },
    },
  });
  const time = new Date().toISOString().replaceAll(":", "-");
  return {
    words: positionals,
    rounds: wholeNumber("--rounds", values.rounds),
    seconds: wholeNumber("--seconds", values.seconds),
    json: values.json ?? join(checkout, ".tollbook", "bench", `${time}.json`),
    long: values.long,
    growth: values.growth,
    millions: sizesOf(values.millions),
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`${option} takes a whole number from 1 to 9999, not "${text}".`);
}

function sizesOf(text: string): number[] {
  const sizes = text.split(",").map((size) => wholeNumber("--millions", size));
  if (sizes.every((size, at) => at === 0 || size > (sizes[at - 1] ?? 0))) return sizes;
  throw new Error(`--millions takes rising sizes such as 1,10,100, not "${text}".`);
}
