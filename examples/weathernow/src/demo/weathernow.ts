import { join } from "node:path";
import { freePort } from "@tollbook/local/parts";
import { type Child, startChild } from "./child-process.ts";
import { until } from "./until.ts";

/** WeatherNow's API, running. */
export interface WeatherNow {
  url: string;
  child: Child;
}

const program = join(import.meta.dirname, "..", "main.ts");
/** The example knows nothing of the demo; this makes it end if the demo is killed. */
const endWithDemo = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

/** Starts WeatherNow as its own process: the three lines, and two settings. */
export async function startWeatherNow(
  stack: AsyncDisposableStack,
  grpc: string,
  rootKey: string,
): Promise<WeatherNow> {
  const port = await freePort();
  const child = startChild("WeatherNow", ["--import", endWithDemo, program], {
    TOLLBOOK_URL: `http://${grpc}`,
    TOLLBOOK_KEY: rootKey,
    WEATHERNOW_PORT: String(port),
  });
  stack.defer(child.stop);
  const url = `http://127.0.0.1:${port}`;
  const answers = until("WeatherNow answers", async () => {
    const answer = await fetch(url).catch(() => undefined);
    return answer && true;
  });
  await Promise.race([answers, child.ended]);
  return { url, child };
}
