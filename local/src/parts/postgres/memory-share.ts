import { totalmem } from "node:os";

const MIB = 2 ** 20;
/** Enough to start with, on the smallest of machines. */
const LEAST_MIB = 64;
/** A year of a busy account's days; what is beyond is in the system's own cache. */
const MOST_MIB = 512;
/** PostgreSQL's manual says a quarter of a machine that it has for itself. */
const SHARE = 1 / 8;

/** What PostgreSQL keeps in memory of its tables, as its setting says it. */
export function sharedBuffers(machineBytes = memoryOfMachine()): string {
  const share = Math.round((machineBytes * SHARE) / MIB);
  return `${Math.min(MOST_MIB, Math.max(LEAST_MIB, share))}MB`;
}

/** What there is, or what a container may have of it. */
function memoryOfMachine(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
