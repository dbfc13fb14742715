import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick. */
const TICK_US = 10_000;

/** CPU microseconds of a process so far; 0 if it has ended or this is no Linux. */
export function cpuOf(pid: number): number {
  return statOf(pid)?.cpuUs ?? 0;
}

/** The same of a process and its children: PostgreSQL has one for each connection. */
export function cpuOfFamily(pid: number): number {
  const children = processIds().flatMap((id) => {
    const stat = statOf(id);
    return stat?.parent === pid ? [stat.cpuUs] : [];
  });
  return children.reduce((sum, us) => sum + us, cpuOf(pid));
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

function statOf(pid: number): { parent: number; cpuUs: number } | undefined {
  // The program's name, in brackets, may hold anything; the figures come after it.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  if (fields.length < 13) return undefined;
  const cpuUs = (Number(fields[11]) + Number(fields[12])) * TICK_US;
  return { parent: Number(fields[1]), cpuUs };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
