import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleMetering } from "./assemble.ts";
import { meteringSettings, processArguments } from "./config.ts";

await runService({
  name: "metering",
  spec: meteringSettings,
  assemble: assembleMetering,
  news: { connectBus, eventFeedDoor },
  ...processArguments(),
});
