import { createLogger, settingsOrExit, stopInOrder } from "@tollbook/service";
import { localSettings, processArguments } from "./config.ts";
import { type RunningPlatform, startPlatform } from "./platform.ts";

/** Ctrl-C must end everything within 5 s; what has not stopped in order by now is killed. */
const stopWithinMs = 4_700;

const { argv, env } = processArguments();
const options = { "--processes": "Runs each service as a process of its own." };
const settings = settingsOrExit(localSettings, { name: "npm start --", options, argv, env });
if ("exitCode" in settings) process.exit(settings.exitCode);

const began = performance.now();
const processes = argv.includes("--processes");
const unknown = argv.filter((argument) => argument !== "--processes");
if (unknown.length > 0) fail(`There is no option ${unknown.join(" ")}. Try --help.`);
console.log("Tollbook is starting …");
try {
  const say = (line: string) => console.log(`  ${line}`);
  const platform = await startPlatform({ config: settings.config, processes, say });
  announce(platform);
  stopOnSignal(platform);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function announce(platform: RunningPlatform): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`Tollbook is running (started in ${seconds} s).

  Dashboard   ${platform.http}/
  REST        ${platform.http}/v1/…   (docs: /docs, OpenAPI: /openapi.json, health: /healthz)
  gRPC        ${platform.grpc}   (SDKs: TOLLBOOK_URL=http://${platform.grpc})
  Mailbox     ${platform.mailbox}   (SMTP ${platform.smtp})
  PostgreSQL  ${platform.postgres}   NATS ${platform.nats}
  State       ${platform.folder}

Ctrl-C stops it; all data stays.`);
  // For programs that started this one and wait for the addresses.
  process.send?.({ ...platform, stopSteps: undefined });
}

function stopOnSignal(platform: RunningPlatform): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    let current = "";
    const steps = platform.stopSteps.map(({ name, stop }) => ({
      name,
      stop: () => {
        current = name;
        return stop();
      },
    }));
    setTimeout(() => {
      console.error(`Stopping took too long (at: ${current}); what still runs is killed.`);
      void platform.kill().finally(() => process.exit(1));
    }, stopWithinMs);
    const logger = createLogger({ service: "tollbook", level: "warn", pretty: true });
    const clean = await stopInOrder({ steps, withinMs: stopWithinMs, logger });
    process.exit(clean ? 0 : 1);
  };
  process.on("SIGINT", () => void stop());
  process.on("SIGTERM", () => void stop());
  process.on("disconnect", () => void stop());
}

function fail(message: string): never {
  console.error(`\nTollbook could not start.\n${message}`);
  process.exit(1);
}
