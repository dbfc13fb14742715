import { join } from "node:path";
import { findNatsServer, startPostgres, stateFolder, throwawayFolder } from "@tollbook/local/parts";
import { checkout } from "./checkout.ts";
import { handedOn, handedOnNames } from "./config.ts";
import type { Need } from "./needs.ts";
import { throwawaySettings } from "./test-postgres.ts";

export interface SharedTestServers {
  /** What the test files' processes must find in their environment. */
  env: Record<string, string>;
  /** What this machine cannot give, and why. */
  missing: Partial<Record<Need, string>>;
  stop(): Promise<void>;
}

/**
 * Starts what all files of one test run share: a PostgreSQL that forgets everything, and a
 * nats-server to start from. What cannot be had is reported, not thrown: other tests need it not.
 */
export async function shareTestServers(say: (line: string) => void): Promise<SharedTestServers> {
  const missing: Partial<Record<Need, string>> = {};
  const note = (need: Need) => (error: unknown) => {
    missing[need] = (error as Error).message;
    return undefined;
  };
  const dataFolder = join(throwawayFolder().path, "postgres");
  const [postgres, natsServer] = await Promise.all([
    startPostgres({ dataFolder, settings: throwawaySettings }).catch(note("postgres")),
    findNatsServer({
      cacheFolder: join(stateFolder(checkout), "cache"),
      configuredPath: handedOn().natsServer,
      say,
    }).catch(note("nats")),
  ]);
  const noChromium = chromiumMissing();
  if (noChromium) missing.chromium = noChromium;
  return {
    env: {
      ...(postgres && { [handedOnNames.postgresUrl]: postgres.adminUrl }),
      ...(natsServer && { [handedOnNames.natsServer]: natsServer }),
      [handedOnNames.missing]: JSON.stringify(missing),
    },
    missing,
    async stop() {
      await postgres?.stop();
    },
  };
}

/** The browser that npm brings is built for one platform only. */
function chromiumMissing(): string | undefined {
  const platform = `${process.platform}-${process.arch}`;
  if (platform === "linux-x64") return undefined;
  return `the npm package @sparticuz/chromium is for linux-x64, and this is ${platform}`;
}
