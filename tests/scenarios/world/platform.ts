import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { TimeServiceClient } from "@tollbook/contracts/local/v1";
import { throwawayFolder } from "@tollbook/local/parts";
import { createClient, createLogger } from "@tollbook/service";
import { checkout, handedOn } from "@tollbook/testing";
import { programPath } from "../../config.ts";

/** Where a running platform can be reached. */
export interface Addresses {
  http: string;
  grpc: string;
  mailbox: string;
  folder: string;
  /** host:port of PostgreSQL. */
  postgres: string;
  /** URL of NATS. */
  nats: string;
}

/** The whole platform as a user starts it: one process of its own, with a state folder of its own. */
export interface Platform extends Addresses {
  process: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Moves business time forward. */
  travel(to: string): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9` of the process, as if the machine had lost its power for it. */
  kill(): Promise<void>;
}

export interface PlatformOptions {
  /** Business time a fresh state begins at. */
  startTime?: string;
  /** A state folder of an earlier platform; left out: a new one. */
  folder?: string;
  env?: Record<string, string>;
  args?: string[];
}

const startWithinMs = 60_000;
const logger = createLogger({ service: "tests", level: "silent" });

/** Starts the platform on free ports and waits until it says where it is. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const folder = options.folder ?? join(throwawayFolder().path, "state");
  const child = spawnPlatform(folder, options);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const timeout = AbortSignal.timeout(startWithinMs);
  const started = once(child, "message", { signal: timeout }) as Promise<[Addresses]>;
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The platform ended with ${code} at its start:\n${output}`);
  });
  const [addresses] = await Promise.race([started, ended]).catch(async (error) => {
    await end(child, "SIGKILL"); // A child left behind would keep the tests from ending.
    throw error;
  });
  ended.catch(() => undefined);
  return {
    ...addresses,
    folder,
    process: child,
    output: () => output,
    travel: (to) => travel(addresses.grpc, new Date(to)),
    stop: () => end(child, "SIGTERM"),
    kill: async () => void (await end(child, "SIGKILL")),
  };
}

function spawnPlatform(folder: string, options: PlatformOptions): ChildProcess {
  const { natsServer } = handedOn();
  const env = {
    PATH: programPath,
    TOLLBOOK_STATE_FOLDER: folder,
    TOLLBOOK_HTTP_PORT: "0",
    TOLLBOOK_GRPC_PORT: "0",
    TOLLBOOK_MAILBOX_PORT: "0",
    TOLLBOOK_SMTP_PORT: "0",
    TOLLBOOK_TIME_CONTROL: "true",
    ...(natsServer && { TOLLBOOK_NATS_SERVER: natsServer }),
    ...(options.startTime && { TOLLBOOK_START_TIME: options.startTime }),
    ...options.env,
  };
  const main = join(checkout, "local", "src", "main.ts");
  return spawn(process.execPath, [main, ...(options.args ?? [])], {
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

async function travel(address: string, time: Date): Promise<void> {
  const client = createClient(TimeServiceClient, { address, deadlineMs: 30_000, logger });
  try {
    await client.travel({ time });
  } finally {
    client.close();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = await exited;
  return code;
}
