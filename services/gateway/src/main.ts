import { runService } from "@tollbook/service";
import { assembleGateway } from "./assemble.ts";
import { gatewaySettings, processArguments } from "./config.ts";

/** The gateway hears no news and tells none: it goes without a bus. */
const noNews = {
  connectBus: () => ({ close: async () => {} }),
  eventFeedDoor: (): never => {
    throw new Error("the gateway has no events");
  },
};

await runService({
  name: "gateway",
  spec: gatewaySettings,
  assemble: assembleGateway,
  news: noNews,
  ...processArguments(),
});
