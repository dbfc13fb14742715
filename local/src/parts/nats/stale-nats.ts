import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine, type ProcessName, processName } from "../process-facts.ts";
import { stopProcess } from "../stop-process.ts";

const orderlyMs = 3_000;

/** Where a nats-server that uses this folder writes its process id. */
export function natsPidFile(storeFolder: string): string {
  return join(storeFolder, "nats-server.pid");
}

/** Where JetStream keeps its files; it stands in the server's command line. */
export function jetStreamFolder(storeFolder: string): string {
  return join(storeFolder, "jetstream");
}

/**
 * Stops the nats-server that a killed platform left behind on this folder. The id in its pid file
 * is believed only if that process's command names the folder: ids are used again.
 */
export async function stopStaleNats(storeFolder: string): Promise<void> {
  const name = natsServerOf(storeFolder);
  if (name) await stopProcess(name, { first: "SIGTERM", withinMs: orderlyMs, last: "SIGKILL" });
  rmSync(natsPidFile(storeFolder), { force: true });
}

/** The nats-server that runs on this folder, if one does. */
export function natsServerOf(storeFolder: string): ProcessName | undefined {
  const name = processName(readPid(natsPidFile(storeFolder)));
  return name && commandLine(name.pid).includes(jetStreamFolder(storeFolder)) ? name : undefined;
}

function readPid(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10);
  } catch {
    return 0;
  }
}
