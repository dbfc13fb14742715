import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine, type ProcessName, processName } from "../process-facts.ts";
import { stopProcess } from "../stop-process.ts";

/** A fast shutdown writes a checkpoint; past this, recovery at the next start is the quicker way. */
const orderlyMs = 20_000;

/**
 * Stops the PostgreSQL that a killed platform left behind on this cluster. The id comes from the
 * cluster's own postmaster.pid and is believed only if that process's command names the folder:
 * ids are used again.
 */
export async function stopStalePostgres(clusterFolder: string): Promise<void> {
  const name = postmasterOf(clusterFolder);
  if (name) await stopProcess(name, { first: "SIGINT", withinMs: orderlyMs, last: "SIGQUIT" });
  forgetStrangersId(clusterFolder);
}

/**
 * After kill -9 postmaster.pid stays, and its id may be somebody else's now; PostgreSQL would take
 * that process for itself and refuse to start. Only the id is overwritten: by the file's other
 * lines PostgreSQL sees whether sessions of the killed server are still at work on the data.
 */
function forgetStrangersId(clusterFolder: string): void {
  const [pid, ...rest] = postmasterLines(clusterFolder);
  if (pid === undefined || processName(Number(pid)) === undefined) return;
  writeFileSync(join(clusterFolder, "postmaster.pid"), [nobodysId, ...rest].join("\n"));
}

/** No system numbers its processes that high. */
const nobodysId = "2147483647";

/** The PostgreSQL that runs on this cluster, if one does. */
export function postmasterOf(clusterFolder: string): ProcessName | undefined {
  const pid = postmasterLines(clusterFolder)[0];
  const name = pid ? processName(Number(pid)) : undefined;
  return name && commandLine(name.pid).includes(clusterFolder) ? name : undefined;
}

/** postmaster.pid by lines: 1 process id, 2 data folder, 4 port, 8 state ("ready"). */
export function postmasterLines(clusterFolder: string): string[] {
  try {
    const text = readFileSync(join(clusterFolder, "postmaster.pid"), "utf8");
    return text.split("\n").map((line) => line.trim());
  } catch {
    return [];
  }
}
