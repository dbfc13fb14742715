import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** What differs between two folders (or two files), a sentence each; none if they are the same. */
export function compareFolders(wanted: string, found: string): string[] {
  const want = new Set(filesUnder(wanted));
  const have = new Set(filesUnder(found));
  const missing = [...want].filter((file) => !have.has(file));
  const extra = [...have].filter((file) => !want.has(file));
  const changed = [...want].filter((file) => have.has(file) && !same(wanted, found, file));
  return [
    ...missing.map((file) => `${nameOf(found, file)} is missing`),
    ...extra.map((file) => `${nameOf(found, file)} should not be there`),
    ...changed.map((file) => `${nameOf(found, file)} is not what it should be`),
  ];
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [""];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

function same(one: string, other: string, file: string): boolean {
  return readFileSync(join(one, file)).equals(readFileSync(join(other, file)));
}

function nameOf(folder: string, file: string): string {
  return join(folder, file).split("/").slice(-5).join("/");
}
