import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Where root keeps what servers running as other users must be able to reach. */
export const rootStateFolder = "/var/lib/tollbook";

/**
 * Where the platform started from this checkout keeps its data: `.tollbook/` inside it, or as root
 * `/var/lib/tollbook/<hash of the checkout's path>`, because PostgreSQL refuses to run as root and
 * the account it runs as then could not pass through a private home. Makes the folder.
 */
export function stateFolder(checkout: string): string {
  return makeFolder(stateFolderOf(resolve(checkout), process.getuid?.() === 0));
}

export function stateFolderOf(checkout: string, asRoot: boolean): string {
  if (!asRoot) return join(checkout, ".tollbook");
  return join(rootStateFolder, createHash("sha256").update(checkout).digest("hex").slice(0, 16));
}
