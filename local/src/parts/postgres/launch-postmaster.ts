import { setTimeout as sleep } from "node:timers/promises";
import {
  type ServerCommand,
  type ServerProcess,
  startServerProcess,
  untilReady,
} from "../server-process.ts";
import { stopProcess } from "../stop-process.ts";
import { postmasterLines } from "./stale-postgres.ts";

/** Recovery after a crash under load replays at most `max_wal_size`. */
const readyWithinMs = 60_000;
/** Sessions end by themselves when they see that their server was killed. */
const orphansMs = 20_000;
const orphansAtWork = /pre-existing shared memory block/;
/** A killed postmaster that the system has not buried yet still counts as alive to PostgreSQL. */
const notBuriedYet = /lock file "postmaster\.pid" already exists/;
const giveUpMs = 4_000;

/**
 * Starts the postmaster and waits until it serves. While sessions of a killed server are still at
 * work on the data PostgreSQL refuses to start, so that is tried again until they are gone.
 */
export async function launchPostmaster(
  command: ServerCommand,
  clusterFolder: string,
): Promise<ServerProcess> {
  const end = performance.now() + orphansMs;
  for (;;) {
    try {
      return await launchOnce(command, clusterFolder);
    } catch (error) {
      const { message } = error as Error;
      const passes = orphansAtWork.test(message) || notBuriedYet.test(message);
      if (!passes || performance.now() >= end) throw error;
      await sleep(200);
    }
  }
}

async function launchOnce(command: ServerCommand, clusterFolder: string): Promise<ServerProcess> {
  const server = await startServerProcess(command);
  try {
    await untilReady("PostgreSQL", server, () => isReady(clusterFolder, server.pid), readyWithinMs);
    return server;
  } catch (error) {
    await stopProcess(server, { first: "SIGINT", withinMs: giveUpMs, last: "SIGKILL" });
    throw error;
  }
}

function isReady(clusterFolder: string, pid: number): boolean {
  const lines = postmasterLines(clusterFolder);
  return lines[0] === String(pid) && lines[7] === "ready";
}
