import { once } from "node:events";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer, stateFolder, throwawayFolder } from "@tollbook/local/parts";
import { type Child, startChild } from "./child-process.ts";
import { configuredNatsServer } from "./config.ts";
import { startTime } from "./story.ts";

/** Where the demo's own platform is. */
export interface Addresses {
  http: string;
  grpc: string;
  mailbox: string;
  folder: string;
}

export interface Platform extends Addresses {
  child: Child;
}

const startWithinMs = 60_000;

/** The program behind `npm start`. */
const program = resolve(dirname(fileURLToPath(import.meta.resolve("@tollbook/local"))), "main.ts");
const checkout = resolve(import.meta.dirname, "../../../..");

/**
 * Starts a platform of its own: a new state, free ports, and business time that can travel. The
 * stack ends it, even while it starts.
 */
export async function startPlatform(
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Platform> {
  const natsServer = await findNatsServer({
    cacheFolder: join(stateFolder(checkout), "cache"),
    configuredPath: configuredNatsServer,
    say,
  });
  const folder = throwawayFolder();
  stack.defer(folder.remove);
  const ports = ["HTTP", "GRPC", "MAILBOX", "SMTP"].map((name) => [`TOLLBOOK_${name}_PORT`, "0"]);
  const child = startChild("Tollbook", [program], {
    ...Object.fromEntries(ports),
    TOLLBOOK_STATE_FOLDER: join(folder.path, "state"),
    TOLLBOOK_TIME_CONTROL: "true",
    TOLLBOOK_START_TIME: startTime,
    TOLLBOOK_NATS_SERVER: natsServer,
  });
  stack.defer(child.stop);
  const started = once(child.process, "message", { signal: AbortSignal.timeout(startWithinMs) });
  const [addresses] = (await Promise.race([started, child.ended])) as [Addresses];
  return { ...addresses, child };
}
