import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleAuth } from "./assemble.ts";
import { authSettings, processArguments } from "./config.ts";

await runService({
  name: "auth",
  spec: authSettings,
  assemble: assembleAuth,
  news: { connectBus, eventFeedDoor },
  ...processArguments(),
});
