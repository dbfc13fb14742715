import { randomInt } from "node:crypto";
import type { parseArgs } from "node:util";
import { type FaultKind, faultKinds } from "./faults/index.ts";

/** What makes a run, so that it can be had again. */
export interface ChaosOrders {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: number;
  readonly gates: number;
  readonly clients: number;
  /** Those that may happen; all of them unless somebody looks for something. */
  readonly kinds: readonly FaultKind[];
}

/** The options of `npm run chaos`, as parseArgs takes them. */
export const chaosOptions = {
  seed: { type: "string" },
  seconds: { type: "string", default: "40" },
  faults: { type: "string", default: "20" },
  gates: { type: "string", default: "4" },
  clients: { type: "string", default: "3" },
  only: { type: "string", multiple: true, default: [] as string[] },
} as const;

type ChaosWords = ReturnType<typeof parseArgs<{ options: typeof chaosOptions }>>["values"];

const seedsMax = 2 ** 31;

/** Reads them; throws an Error that says what is wrong. Without a seed, any. */
export function parseOrders(words: ChaosWords): ChaosOrders {
  const { seed = String(randomInt(seedsMax)), seconds, faults, gates, clients, only } = words;
  const strangers = only.filter((name) => !faultKinds.some((kind) => kind === name));
  if (strangers.length > 0) {
    throw new Error(`There is no fault "${strangers[0]}". There are: ${faultKinds.join(", ")}.`);
  }
  return {
    seed: wholeNumber("--seed", seed, 0),
    seconds: wholeNumber("--seconds", seconds, 1),
    faults: wholeNumber("--faults", faults, 0),
    gates: wholeNumber("--gates", gates, 1),
    clients: wholeNumber("--clients", clients, 1),
    kinds: only.length === 0 ? faultKinds : faultKinds.filter((kind) => only.includes(kind)),
  };
}

/** The words that give these orders. */
export function wordsOf({ kinds, ...numbers }: ChaosOrders): string[] {
  const only = kinds.length === faultKinds.length ? [] : kinds.flatMap((kind) => ["--only", kind]);
  const words = Object.entries(numbers).flatMap(([name, number]) => [`--${name}`, String(number)]);
  return [...words, ...only];
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${option} is "${text}": write a whole number from ${least}.`);
}
