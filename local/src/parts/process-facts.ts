import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Process ids are used again, so a process is named by its id and when it began. */
export interface ProcessName {
  pid: number;
  began: string;
}

const hasProc = existsSync("/proc/self/stat");

/** The name of the process with that id; undefined if there is none, or only its remains. */
export function processName(pid: number): ProcessName | undefined {
  const began = hasProc ? beganByProc(pid) : beganByPs(pid);
  return began ? { pid, began } : undefined;
}

/** Whether exactly that process is still there. */
export function isRunning(name: ProcessName): boolean {
  return processName(name.pid)?.began === name.began;
}

/** The command line of a process, its words separated by spaces; empty if there is none. */
export function commandLine(pid: number): string {
  if (!hasProc) return ps(pid, "args");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function beganByProc(pid: number): string {
  try {
    // "pid (name) state ppid …": the name may hold anything, so count from its closing bracket.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const dead = fields[0] === "Z" || fields[0] === "X";
    return dead ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

function beganByPs(pid: number): string {
  return ps(pid, "stat").startsWith("Z") ? "" : ps(pid, "lstart");
}

type Stdio = ("ignore" | "pipe")[];

function ps(pid: number, field: "stat" | "lstart" | "args"): string {
  try {
    const options = { encoding: "utf8" as const, stdio: ["ignore", "pipe", "ignore"] as Stdio };
    return execFileSync("ps", ["-ww", "-o", `${field}=`, "-p", String(pid)], options).trim();
  } catch {
    return "";
  }
}
