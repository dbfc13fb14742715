import { connect } from "node:net";
import { join, resolve } from "node:path";
import { claimFolder } from "../claim-folder.ts";
import { freePort, portBecomesFree } from "../free-port.ts";
import { makeFolder } from "../make-folder.ts";
import { startServerProcess, untilReady } from "../server-process.ts";
import { stopProcess } from "../stop-process.ts";
import { jetStreamFolder, natsPidFile, stopStaleNats } from "./stale-nats.ts";

export interface NatsOptions {
  /** What `findNatsServer` found. */
  binary: string;
  /** Everything of this server lies in here: JetStream's files, its log. */
  storeFolder: string;
  /** 0 or left out: a free one. */
  port?: number;
}

export interface Nats {
  url: string;
  port: number;
  pid: number;
  /** Settles when the server has ended, asked or not, with how. */
  ended: Promise<string>;
  /** Stops in order; past 3 s without order. What it carried is also in PostgreSQL. */
  stop(): Promise<void>;
  /** `kill -9`, for tests of what survives it. */
  kill(): Promise<void>;
}

const readyWithinMs = 20_000;
const stopWithinMs = 3_000;
const portWithinMs = 1_000;

/**
 * Starts a nats-server with JetStream on 127.0.0.1. A server that a killed process left behind on
 * the same folder is stopped first. Throws when the folder belongs to a living process, the port is
 * taken, or the server does not come up; the message says which.
 */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const storeFolder = makeFolder(resolve(options.storeFolder));
  const release = claimFolder(storeFolder);
  try {
    return await startClaimed(storeFolder, options, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function startClaimed(
  storeFolder: string,
  options: NatsOptions,
  release: () => void,
): Promise<Nats> {
  await stopStaleNats(storeFolder);
  const port = options.port || (await freePort());
  if (!(await portBecomesFree(port, portWithinMs))) {
    throw new Error(`Port ${port} of 127.0.0.1, wanted for NATS, is taken.`);
  }
  const server = await startServerProcess({
    command: options.binary,
    args: [
      "-js",
      "-sd",
      jetStreamFolder(storeFolder),
      "-a",
      "127.0.0.1",
      "-p",
      String(port),
      "-P",
      natsPidFile(storeFolder),
    ],
    folder: storeFolder,
    logFile: join(storeFolder, "nats-server.log"),
  });
  void server.ended.then(release);
  const end = async (first: NodeJS.Signals) => {
    await stopProcess(server, { first, withinMs: stopWithinMs, last: "SIGKILL" });
    release();
  };
  await untilReady("nats-server", server, () => greets(port), readyWithinMs).catch(
    async (error) => {
      await end("SIGKILL");
      throw error;
    },
  );
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    pid: server.pid,
    ended: server.ended,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** Whether a NATS server says its INFO line there. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once("data", (data) => answer(data.toString("latin1").startsWith("INFO ")));
    socket.once("error", () => answer(false));
    socket.once("end", () => answer(false));
  });
}
