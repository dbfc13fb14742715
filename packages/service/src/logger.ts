import { type DestinationStream, type Logger, pino } from "pino";
import { currentTraceId } from "./calls/call-scope.ts";

/** How important a line must be to be written. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Whose lines, which of them, and where to. */
export interface LoggerOptions {
  service: string;
  level: LogLevel;
  /** For people at a terminal: one plain line instead of JSON. */
  pretty?: boolean;
  /** Standard output unless told otherwise. */
  destination?: DestinationStream;
}

/** Names of fields that hold credentials, wherever in a logged object they stand. */
const secretNames = [
  "password",
  "passwordHash",
  "secret",
  "token",
  "refreshToken",
  "accessToken",
  "settleToken",
  "authorization",
  "cookie",
  "privateKey",
  "rootKey",
  "apiKey",
  "key",
  "keys",
  "pepper",
];
/** pino's redaction knows paths only: each name at the top and up to three objects down. */
const secretPaths = secretNames.flatMap((name) =>
  ["", "*.", "*.*.", "*.*.*."].map((prefix) => `${prefix}${name}`),
);

/** Our keys, JWTs and passwords in URLs, wherever in a text they stand. */
const secretTexts: readonly [RegExp, string][] = [
  [/\btb_(live|test|root|refresh)_[0-9A-Za-z_-]+/g, "tb_$1_[redacted]"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "[redacted token]"],
  [/(:\/\/[^/\s:@]+):[^@\s/]+@/g, "$1:[redacted]@"],
];

/** Text with everything that looks like a credential taken out. */
export function redacted(text: string): string {
  return secretTexts.reduce((clean, [form, stand]) => clean.replaceAll(form, stand), text);
}

/** A logger whose lines carry the service, the trace id of the call, and no credentials. */
export function createLogger(options: LoggerOptions): Logger {
  const { service, level, pretty = false } = options;
  const settings = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: "[redacted]" },
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: withoutSecrets },
    mixin: () => {
      const traceId = currentTraceId();
      return traceId === undefined ? {} : { traceId };
    },
    hooks: { streamWrite: (line: string) => redacted(pretty ? plainLine(line) : line) },
  };
  // Synchronous, or the last lines of a process that ends come out of order.
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}

/** An error as pino writes it; causes included. Its text is cleaned with the whole line. */
function withoutSecrets(error: unknown): unknown {
  return error instanceof Error ? pino.stdSerializers.errWithCause(error) : error;
}

function plainLine(line: string): string {
  const { level, time, service, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const { err, ...fields } = rest as { err?: { stack?: string } };
  const extras = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
  const stack = err?.stack ? `\n${err.stack}` : "";
  return `${clock} ${String(level).padEnd(5)} ${service}: ${msg}${extras}${stack}\n`;
}
