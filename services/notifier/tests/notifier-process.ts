import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { testServiceKeys } from "@tollbook/testing";
import { type Surroundings, settingsOf } from "./world.ts";

/** A notifier in a process of its own, as in a cluster. */
export interface NotifierProcess {
  /** `kill -9`. */
  kill(): Promise<void>;
}

const main = join(import.meta.dirname, "../src/main.ts");

/** Starts the notifier's own main; resolves at once, since whoever waits for its mail waits. */
export async function startProcess(world: Surroundings): Promise<NotifierProcess> {
  const { notifier } = await testServiceKeys();
  const settings = settingsOf(world);
  const child = spawn(process.execPath, [main], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      TOLLBOOK_LISTEN: "127.0.0.1:0",
      TOLLBOOK_LOG_LEVEL: "silent",
      TOLLBOOK_NATS_SERVERS: world.natsUrl,
      TOLLBOOK_SERVICE_KEY: JSON.stringify(notifier.privateKey),
      TOLLBOOK_SERVICE_KEY_SET: JSON.stringify(notifier.jwks),
      TOLLBOOK_NOTIFIER_DATABASE_URL: settings.databaseUrl,
      TOLLBOOK_NOTIFIER_WORKER_DATABASE_URL: settings.workerDatabaseUrl,
      TOLLBOOK_AUTH_ADDRESS: settings.authAddress,
      TOLLBOOK_METERING_ADDRESS: settings.meteringAddress,
      TOLLBOOK_BILLING_ADDRESS: settings.billingAddress,
      TOLLBOOK_NOTIFIER_SMTP_URL: settings.smtpUrl,
      TOLLBOOK_NOTIFIER_MAIL_FROM: "Tollbook <no-reply@tollbook.example>",
      TOLLBOOK_PUBLIC_URL: settings.publicUrl,
      TOLLBOOK_PULL_EVERY: "1s",
    },
  });
  return { kill: () => killed(child) };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
