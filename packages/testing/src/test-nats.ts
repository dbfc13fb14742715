import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  findNatsServer,
  freePort,
  type Nats,
  startNats,
  stateFolder,
  throwawayFolder,
} from "@tollbook/local/parts";
import { checkout } from "./checkout.ts";
import { handedOn } from "./config.ts";

/** A nats-server of one test file alone: it may be stopped, killed and wiped. */
export interface TestNats {
  /** Stays the same over stops and starts. */
  readonly url: string;
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Removes what JetStream stored. The server must be stopped. */
  wipe(): void;
}

/** Starts a nats-server with JetStream on a free port. It ends with the process if not stopped. */
export async function testNats(): Promise<TestNats> {
  const [binary, port] = await Promise.all([natsBinary(), freePort()]);
  const storeFolder = join(throwawayFolder().path, "nats");
  let server: Nats | undefined;
  const start = async () => {
    if (server) throw new Error("This nats-server is already running.");
    server = await startNats({ binary, storeFolder, port });
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    async stop() {
      await server?.stop();
      server = undefined;
    },
    async kill() {
      await server?.kill();
      server = undefined;
    },
    wipe() {
      if (server) throw new Error("Stop this nats-server before wiping what it stored.");
      rmSync(join(storeFolder, "jetstream"), { recursive: true, force: true });
    },
  };
}

function natsBinary(): Promise<string> {
  const cacheFolder = join(stateFolder(checkout), "cache");
  return findNatsServer({ cacheFolder, configuredPath: handedOn().natsServer });
}
