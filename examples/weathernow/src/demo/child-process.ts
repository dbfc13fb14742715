import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { plainEnvironment } from "./config.ts";

/** A process of the demo. */
export interface Child {
  process: ChildProcess;
  /** The last that it printed. */
  output(): string;
  /** Rejects, with what it printed, when it ends; never resolves. */
  ended: Promise<never>;
  /** Asks it to end, and insists after a while. */
  stop(): Promise<void>;
}

const outputKeptMax = 4_000;
/** It has 5 s by its own promise. */
const stopMs = 7_000;

/** Starts a program of ours in a process of its own, which does not outlive this one. */
export function startChild(name: string, args: readonly string[], env: object): Child {
  const child = spawn(process.execPath, args, {
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output = (output + chunk).slice(-outputKeptMax);
    });
  }
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${name} ended (${code ?? signal}).\n${output}`);
  });
  ended.catch(() => {});
  return { process: child, output: () => output, ended, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await exited;
  clearTimeout(insist);
}
