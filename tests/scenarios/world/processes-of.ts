import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { commandLine, processName } from "@tollbook/local/parts";

/** The ids of all processes started by this one, and by those. */
export function childrenOf(pid: number): number[] {
  const rows = processes();
  const below = (parent: number): number[] =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row.pid, ...below(row.pid)]);
  return below(pid);
}

/** Whether there is a process with this id that has not ended. */
export function isAlive(pid: number): boolean {
  return processName(pid) !== undefined;
}

/** The words it was started with. */
export function commandOf(pid: number): string {
  return commandLine(pid);
}

function processes(): { pid: number; parent: number }[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return table.split("\n").map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent };
  });
}

/**
 * Memory of a process in KiB, with what it shares counted in parts (Pss): PostgreSQL's processes
 * share most of theirs. Where only the resident size can be read, that.
 */
export function residentKb(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]);
  } catch {
    const rss = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
    return Number(rss);
  }
}
