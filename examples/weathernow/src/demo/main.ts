import { styleText } from "node:util";
import { demoOptions } from "./config.ts";
import { playMonth } from "./play-month.ts";

/** `npm run demo`: a month of WeatherNow, end to end, with every figure checked. */
const stack = new AsyncDisposableStack();
process.once("SIGINT", () => void interrupted());
process.once("SIGTERM", () => void interrupted());
/** As a shell has it for a program that was interrupted; until there is a result. */
let exitCode = 130;
try {
  const options = demoOptions();
  const { ok, addresses } = await playMonth(options, stack);
  exitCode = ok ? 0 : 1;
  if (options.keep) await keep(addresses);
} catch (error) {
  if (!stack.disposed) fail(error);
}
await stack.disposeAsync();
process.exitCode = exitCode;

/** Until Ctrl-C. */
function keep(addresses: string): Promise<never> {
  console.log(`\nEverything stays until Ctrl-C:${addresses}`);
  return new Promise(() => {});
}

/** Everything that was started ends with us. */
async function interrupted(): Promise<void> {
  console.log("\nEnding …");
  await stack.disposeAsync();
  process.exit(exitCode);
}

function fail(error: unknown): void {
  exitCode = 1;
  const words = error instanceof Error ? error.message : String(error);
  console.error(styleText("red", `\n✗ ${words}`, { stream: process.stderr }));
}
