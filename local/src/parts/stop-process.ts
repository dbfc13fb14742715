import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessName } from "./process-facts.ts";

export interface StopSignals {
  /** Asks for an orderly end. */
  first: NodeJS.Signals;
  /** How long the orderly end may take. */
  withinMs: number;
  /** Ends it for good. */
  last: NodeJS.Signals;
}

/** How long a process may take to vanish after the signal that ends it for good. */
const lastMs = 5_000;

/** Ends one process, named by its id and beginning, and returns when it is gone. */
export async function stopProcess(name: ProcessName, signals: StopSignals): Promise<void> {
  signalProcess(name, signals.first);
  if (await gone(name, signals.withinMs)) return;
  signalProcess(name, signals.last);
  if (await gone(name, lastMs)) return;
  throw new Error(`Process ${name.pid} does not end, although it was sent ${signals.last}.`);
}

/** Sends a signal to exactly that process; nothing happens if it is gone. */
export function signalProcess(name: ProcessName, signal: NodeJS.Signals): void {
  if (!isRunning(name)) return;
  try {
    process.kill(name.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** As `stopProcess` with only the last signal, for the moment in which a process itself ends. */
export function endProcessNow(name: ProcessName, signal: NodeJS.Signals): void {
  signalProcess(name, signal);
  const end = performance.now() + lastMs;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (isRunning(name) && performance.now() < end) Atomics.wait(clock, 0, 0, 10);
}

async function gone(name: ProcessName, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (isRunning(name)) {
    if (performance.now() >= end) return false;
    await sleep(10);
  }
  return true;
}
