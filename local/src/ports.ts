import type { LocalConfig } from "./config.ts";
import { portBecomesFree } from "./parts/index.ts";

/** A platform that has just stopped may hold its ports for a moment. */
const patienceMs = 1_000;

/** Throws one error that names every taken port and the setting that changes it. */
export async function requireFreePorts(config: LocalConfig): Promise<void> {
  const wanted = [
    { what: "The web door", port: config.httpPort, env: "TOLLBOOK_HTTP_PORT" },
    { what: "gRPC", port: config.grpcPort, env: "TOLLBOOK_GRPC_PORT" },
    { what: "The mailbox's page", port: config.mailboxPort, env: "TOLLBOOK_MAILBOX_PORT" },
    { what: "E-mail (SMTP)", port: config.smtpPort, env: "TOLLBOOK_SMTP_PORT" },
  ];
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const lines = taken.map(
    ({ what, port, env }) =>
      `${what} wants port ${port}, which another program uses. Stop that, or set ${env} to another.`,
  );
  throw new Error(lines.join("\n"));
}

async function isFree(port: number): Promise<boolean> {
  return port === 0 || portBecomesFree(port, patienceMs);
}
