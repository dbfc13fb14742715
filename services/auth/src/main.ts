import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleAuth } from "./assemble.ts";
import { authSettings } from "./config.ts";

await runService({
  name: "auth",
  spec: authSettings,
  assemble: assembleAuth,
  news: { connectBus, eventFeedDoor },
  env: process.env,
  argv: process.argv.slice(2),
});
