import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { claimFolder, folderOwner } from "./claim-folder.ts";
import { makeFolder } from "./make-folder.ts";
import { stopStaleNats } from "./nats/stale-nats.ts";
import { stopStalePostgres } from "./postgres/stale-postgres.ts";
import { isRunning } from "./process-facts.ts";
import { rootStateFolder } from "./state-folder.ts";

export interface ThrowawayFolder {
  path: string;
  /** Removes it. Servers started in it must have been stopped. */
  remove(): void;
}

/**
 * A new folder for servers that live as long as a test or a demonstration. Folders whose process
 * was killed before it could clean up are cleared away first, with the servers left running there.
 */
export async function throwawayFolder(): Promise<ThrowawayFolder> {
  const room = makeFolder(throwawayRoom());
  for (const name of readdirSync(room)) await clearIfAbandoned(join(room, name));
  const path = mkdtempSync(join(room, "run-"));
  // Open to PostgreSQL's account, which as root is another one; elsewhere it stays private.
  if (process.getuid?.() === 0) chmodSync(path, 0o755);
  const release = claimFolder(path);
  return {
    path,
    remove() {
      release();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** As root under the state folder, since a temporary one may shut out PostgreSQL's account. */
function throwawayRoom(): string {
  if (process.getuid?.() === 0) return join(rootStateFolder, "throwaway");
  return join(tmpdir(), `tollbook-${userInfo().uid}`);
}

async function clearIfAbandoned(folder: string): Promise<void> {
  const owner = folderOwner(folder);
  // A folder that is just being made has no owner yet, and none is found in it again later.
  if (owner === undefined || isRunning(owner)) return;
  for (const name of readdirSync(folder)) {
    await stopStalePostgres(join(folder, name, "cluster"));
    await stopStaleNats(join(folder, name));
  }
  rmSync(folder, { recursive: true, force: true });
}
