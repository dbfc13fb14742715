import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkout } from "@tollbook/testing";
import type { Mutant } from "./mutants.ts";

/** What nobody runs, and what each checkout makes for itself. */
const leftOut = new Set([".git", "node_modules", "dist", ".tollbook"]);
const ourScope = "@tollbook";

/** A copy of this checkout to be broken. The installed packages are shared, ours are its own. */
export function copyCheckout(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "tollbook-mutant-"));
  cpSync(checkout, folder, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
  linkPackages(join(checkout, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Breaks it; throws if the place is not there exactly once: then the mutant has to be mended. */
export function breakCode(folder: string, { name, file, find, replace }: Mutant): void {
  const path = join(folder, file);
  const parts = readFileSync(path, "utf8").split(find);
  if (parts.length !== 2) {
    const times = parts.length - 1;
    throw new Error(`The mutant ${name} does not fit: ${file} has "${find}" ${times} times.`);
  }
  writeFileSync(path, parts.join(replace));
}

/** Links to our own packages are relative, so they lead into whichever checkout they lie in. */
function linkPackages(from: string, to: string): void {
  mkdirSync(join(to, ourScope), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== ourScope) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, ourScope))) {
    symlinkSync(readlinkSync(join(from, ourScope, name)), join(to, ourScope, name));
  }
}
