import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";

/** Makes the mistake in a checkout; throws if its place is not there exactly once. */
export function breakCode(folder: string, mutant: Mutant): void {
  writeFileSync(join(folder, mutant.file), brokenText(folder, mutant));
}

/** The file with the mistake in it. If the code was changed there, the mutant has to follow. */
export function brokenText(folder: string, { name, file, find, replace }: Mutant): string {
  const parts = readFileSync(join(folder, file), "utf8").split(find);
  if (parts.length === 2) return parts.join(replace);
  const times = `${parts.length - 1} times`;
  throw new Error(`The mutant ${name} does not fit any more: ${file} has "${find}" ${times}.`);
}
