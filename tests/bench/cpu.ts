import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick. */
const TICK_US = 10_000;

/** CPU microseconds of a process so far; 0 if it has ended or this is no Linux. */
export function cpuOf(pid: number): number {
  return statOf(pid)?.cpuUs ?? 0;
}

/**
 * The same of a process and its children, also those that have ended: PostgreSQL has one for each
 * connection, and for each worker of a parallel plan.
 */
export function cpuOfFamily(pid: number): number {
  const children = processIds().flatMap((id) => {
    const stat = statOf(id);
    return stat?.parent === pid ? [stat.cpuUs] : [];
  });
  const { cpuUs = 0, endedUs = 0 } = statOf(pid) ?? {};
  return children.reduce((sum, us) => sum + us, cpuUs + endedUs);
}

/** Resident memory of a process in bytes. */
export function memoryOf(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kib) * 1_024;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

interface Stat {
  readonly parent: number;
  readonly cpuUs: number;
  /** Of children that have ended. */
  readonly endedUs: number;
}

function statOf(pid: number): Stat | undefined {
  // The program's name, in brackets, may hold anything; the figures come after it.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  if (fields.length < 15) return undefined;
  const ticks = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) * TICK_US;
  return { parent: Number(fields[1]), cpuUs: ticks(11), endedUs: ticks(13) };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
