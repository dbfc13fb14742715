import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleNotifier } from "./assemble.ts";
import { notifierSettings } from "./config.ts";

await runService({
  name: "notifier",
  spec: notifierSettings,
  assemble: assembleNotifier,
  news: { connectBus, eventFeedDoor },
  env: process.env,
  argv: process.argv.slice(2),
});
