import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkout } from "@tollbook/testing";

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
