import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { claimFolder, folderOwner } from "./claim-folder.ts";
import { makeFolder } from "./make-folder.ts";
import { natsServerOf } from "./nats/stale-nats.ts";
import { postmasterOf } from "./postgres/stale-postgres.ts";
import { isRunning } from "./process-facts.ts";
import { rootStateFolder } from "./state-folder.ts";
import { endProcessNow } from "./stop-process.ts";

export interface ThrowawayFolder {
  path: string;
  /** Ends the servers still running in it, without order, and removes it. */
  remove(): void;
}

/**
 * A new folder for servers that live as long as a test or a demonstration; each server has a folder
 * of its own in it. It goes when this process ends, if not before. Folders whose process was killed
 * before it could clean up are cleared away first, with the servers left running there.
 */
export function throwawayFolder(): ThrowawayFolder {
  const room = makeFolder(throwawayRoom());
  for (const name of readdirSync(room)) clearIfAbandoned(join(room, name));
  const path = mkdtempSync(join(room, "run-"));
  // Open to PostgreSQL's account, which as root is another one; elsewhere it stays private.
  if (process.getuid?.() === 0) chmodSync(path, 0o755);
  const release = claimFolder(path);
  const remove = () => {
    process.off("exit", remove);
    release();
    clear(path);
  };
  process.once("exit", remove);
  return { path, remove };
}

/** As root under the state folder, since a temporary one may shut out PostgreSQL's account. */
function throwawayRoom(): string {
  if (process.getuid?.() === 0) return join(rootStateFolder, "throwaway");
  return join(tmpdir(), `tollbook-${userInfo().uid}`);
}

function clearIfAbandoned(folder: string): void {
  const owner = folderOwner(folder);
  // A folder without an owner is just being made, or just being removed, by another process.
  if (owner !== undefined && !isRunning(owner)) clear(folder);
}

function clear(folder: string): void {
  for (const name of readdirSync(folder)) {
    const postmaster = postmasterOf(join(folder, name, "cluster"));
    if (postmaster) endProcessNow(postmaster, "SIGQUIT");
    const natsServer = natsServerOf(join(folder, name));
    if (natsServer) endProcessNow(natsServer, "SIGKILL");
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
