import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { programPath } from "./config.ts";
import { type ProcessName, processName } from "./process-facts.ts";

/** A log larger than this is begun anew at the next start. */
const logBytesMax = 10 * 1024 * 1024;

export interface ServerProcess extends ProcessName {
  /** Settles when the process has ended, with how ("exit code 1", "signal SIGKILL"). */
  ended: Promise<string>;
  logFile: string;
}

export interface ServerCommand {
  command: string;
  args: readonly string[];
  folder: string;
  logFile: string;
  account?: { uid: number; gid: number } | undefined;
}

/**
 * Starts a server as a session of its own: Ctrl-C in the terminal reaches this process only, which
 * then stops its servers in the right order. What the server says goes to its log file.
 */
export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  if (sizeOf(server.logFile) > logBytesMax) rmSync(server.logFile);
  const log = openSync(server.logFile, "a", 0o600);
  const child = spawn(server.command, server.args, {
    cwd: server.folder,
    detached: true,
    stdio: ["ignore", log, log],
    env: { PATH: programPath(), LC_ALL: "C", TZ: "UTC" },
    ...server.account,
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(signal ? `signal ${signal}` : `exit code ${code}`),
    );
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("spawn", () => resolve(child.pid as number));
    child.once("error", reject);
  });
  child.unref();
  return { ...(processName(pid) ?? { pid, began: "" }), ended, logFile: server.logFile };
}

/** Waits until the server is ready; throws with the end of its log if it ends before, or never is. */
export async function untilReady(
  what: string,
  server: ServerProcess,
  isReady: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  let end: string | undefined;
  void server.ended.then((how) => {
    end = how;
  });
  const deadline = performance.now() + withinMs;
  while (!(await isReady())) {
    const late = performance.now() >= deadline;
    if (end === undefined && !late) {
      await sleep(10);
      continue;
    }
    const how = end === undefined ? `is not ready after ${withinMs / 1000} s` : `ended (${end})`;
    throw new Error(`${what} ${how}. The end of ${server.logFile}:\n${tail(server.logFile)}`);
  }
}

function tail(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
