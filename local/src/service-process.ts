import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nodeOptions } from "./node-options.ts";

/** One service at work in a process of its own. */
export interface ServiceProcess {
  /** Its gRPC port. */
  port: number;
  pid: number;
  /** Settles when the process has ended, asked or not, with how. */
  ended: Promise<string>;
  /** Stops in order; past 2.5 s without order. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface ServiceCommand {
  service: string;
  port: number;
  /** Where its /healthz is. */
  healthPort: number;
  env: Readonly<Record<string, string | undefined>>;
  /** Descriptor of an open file that takes what it prints; left out: where ours goes. */
  log?: number;
}

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const endWithParent = new URL("./end-with-parent.ts", import.meta.url).href;
/**
 * From the second start on, types need not be taken off the code again: a process without the
 * compiler that does it has 30 MB less, and is ready sooner.
 */
const compileCache = join(checkout, "node_modules", ".cache", "tollbook");
const readyWithinMs = 60_000;
const readyEveryMs = 50;
/** The whole platform has 5 s to stop, PostgreSQL included. */
const stopWithinMs = 2_500;

/** Starts one service as in a cluster and waits until it is ready. Throws if it ends before. */
export async function startServiceProcess(command: ServiceCommand): Promise<ServiceProcess> {
  const { service, port, healthPort, log = "inherit" } = command;
  const main = join(checkout, "services", service, "src", "main.ts");
  const child = spawn(process.execPath, [...nodeOptions, "--import", endWithParent, main], {
    env: { NODE_COMPILE_CACHE: compileCache, ...command.env },
    stdio: ["ignore", log, log, "ipc"],
    // A process group of its own: Ctrl-C reaches us alone, and we stop them in order.
    detached: true,
  });
  const ended = once(child, "exit").then(([code, signal]) =>
    signal ? `signal ${signal}` : `exit code ${code}`,
  );
  try {
    await untilReady(service, healthPort, child);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
    await ended;
    clearTimeout(timer);
  };
  return {
    port,
    pid: child.pid ?? 0,
    ended,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** Whether the service that says so at this port is ready: every check of its own passes. */
export async function isReady(healthPort: number): Promise<boolean> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const answer = await fetch(`http://127.0.0.1:${healthPort}/healthz`, { signal }).catch(
    () => null,
  );
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

const answerWithinMs = 1_000;

async function untilReady(service: string, healthPort: number, child: ChildProcess): Promise<void> {
  const end = performance.now() + readyWithinMs;
  while (!(await isReady(healthPort))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The service ${service} ended at its start; it says why above.`);
    }
    if (performance.now() > end) throw new Error(`The service ${service} is not ready in 60 s.`);
    await sleep(readyEveryMs);
  }
}
