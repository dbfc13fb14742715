import { type Platform, runService, type ServiceParts } from "@tollbook/service";
import { echoDoor } from "../echo-service.ts";
import { environment, settings } from "./config.ts";

interface NoBus {
  close(): Promise<void>;
}

async function assembleEcho(
  { greeting }: { greeting: string },
  { logger }: Platform<NoBus>,
): Promise<ServiceParts> {
  return {
    name: "echo",
    doors: [echoDoor({ say: async ({ text }) => ({ text: `${greeting}, ${text}` }) })],
    start: async () => logger.info("work begun"),
    checks: {},
    stop: async () => logger.info("work ended"),
  };
}

const news = {
  connectBus: (): NoBus => ({ close: async () => {} }),
  eventFeedDoor: () => echoDoor(),
};
const argv = process.argv.slice(2);
await runService({
  name: "auth",
  spec: settings,
  assemble: assembleEcho,
  news,
  env: environment,
  argv,
});
