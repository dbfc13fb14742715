import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleNotifier } from "./assemble.ts";
import { notifierSettings, processArguments } from "./config.ts";

await runService({
  name: "notifier",
  spec: notifierSettings,
  assemble: assembleNotifier,
  news: { connectBus, eventFeedDoor },
  ...processArguments(),
});
