import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant, Place } from "./mutants.ts";

/** Makes the mistake in a checkout; throws if one of its places is not there exactly once. */
export function breakCode(folder: string, { name, places }: Mutant): void {
  for (const place of places) {
    writeFileSync(join(folder, place.file), brokenText(folder, name, place));
  }
}

/** The file with the mistake in it. If the code was changed there, the mutant has to follow. */
export function brokenText(folder: string, name: string, { file, find, replace }: Place): string {
  const parts = readFileSync(join(folder, file), "utf8").split(find);
  if (parts.length === 2) return parts.join(replace);
  const times = `${parts.length - 1} times`;
  throw new Error(`The mutant ${name} does not fit any more: ${file} has "${find}" ${times}.`);
}
