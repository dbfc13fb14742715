import { connectBus, eventFeedDoor } from "@tollbook/events";
import { runService } from "@tollbook/service";
import { assembleBilling } from "./assemble.ts";
import { billingSettings, processArguments } from "./config.ts";

await runService({
  name: "billing",
  spec: billingSettings,
  assemble: assembleBilling,
  news: { connectBus, eventFeedDoor },
  ...processArguments(),
});
