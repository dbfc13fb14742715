import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, type ProcessName, processName } from "./process-facts.ts";

const ownerFile = "owner.json";
const ours = new Set<string>();

/**
 * Says that the servers of this folder belong to this process. A server found in a claimed folder
 * whose owner is gone is stale and may be stopped; if the owner lives, this throws.
 * Returns the function that gives the folder up.
 */
export function claimFolder(folder: string): () => void {
  const self = processName(process.pid);
  if (self === undefined) throw new Error("This process cannot read its own beginning.");
  const owner = folderOwner(folder);
  if (ours.has(folder) || (owner && owner.pid !== self.pid && isRunning(owner))) {
    throw new Error(
      `${folder} is in use by process ${owner?.pid ?? self.pid}. Stop that one first, or start ` +
        "this one with another folder.",
    );
  }
  const file = join(folder, ownerFile);
  writeFileSync(`${file}.${self.pid}`, JSON.stringify(self));
  renameSync(`${file}.${self.pid}`, file);
  ours.add(folder);
  let given = false;
  return () => {
    // Only once: by the second time the folder may belong to the server started after ours.
    if (given) return;
    given = true;
    ours.delete(folder);
    rmSync(file, { force: true });
  };
}

/** Who claimed the folder last and has not given it up. It may be long gone. */
export function folderOwner(folder: string): ProcessName | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(folder, ownerFile), "utf8"));
    return isProcessName(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isProcessName(value: unknown): value is ProcessName {
  const { pid, began } = Object(value) as Partial<ProcessName>;
  return typeof pid === "number" && typeof began === "string";
}
