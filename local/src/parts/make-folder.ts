import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes the folder and those above it that are missing, all of them open for passing through: a
 * strict umask would otherwise shut out the account that PostgreSQL runs as. What must stay private
 * is private by the mode of its own file. Returns the folder.
 */
export function makeFolder(folder: string): string {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return folder;
  for (let made = folder; made.length >= first.length; made = dirname(made)) chmodSync(made, 0o755);
  return folder;
}
