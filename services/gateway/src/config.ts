import { type ConfigOf, setting } from "@tollbook/service";

const localGrpc = "127.0.0.1:50051";

const address = (name: string) =>
  setting.text({
    env: `TOLLBOOK_${name.toUpperCase()}_ADDRESS`,
    default: localGrpc,
    meaning: `Where the ${name} service is reached over gRPC, as host:port.`,
  });

/** Every setting of the gateway. It has no database and keeps nothing. */
export const gatewaySettings = {
  httpHost: setting.text({
    env: "TOLLBOOK_HTTP_HOST",
    default: "127.0.0.1",
    meaning: "The address the web door listens on; 0.0.0.0 for all.",
  }),
  httpPort: setting.port({
    env: "TOLLBOOK_HTTP_PORT",
    default: 8080,
    meaning: "The port the web door listens on.",
  }),
  authAddress: address("auth"),
  meteringAddress: address("metering"),
  billingAddress: address("billing"),
  notifierAddress: address("notifier"),
  publicUrl: setting.url({
    env: "TOLLBOOK_GATEWAY_PUBLIC_URL",
    optional: true,
    protocols: ["http:", "https:"],
    meaning:
      "The URL browsers reach this web door under, if not its own address. With https, cookies " +
      "travel encrypted only and browsers are told to stay with https.",
  }),
  answerWithinMs: setting.duration({
    env: "TOLLBOOK_GATEWAY_ANSWER_WITHIN",
    default: "15s",
    min: "1s",
    max: "5m",
    meaning: "How long a service may take to answer before the caller is told to try again.",
  }),
  downloadWithinMs: setting.duration({
    env: "TOLLBOOK_GATEWAY_DOWNLOAD_WITHIN",
    default: "10m",
    min: "10s",
    max: "24h",
    meaning: "How long a streamed file may take from its first byte to its last.",
  }),
  drainMs: setting.duration({
    env: "TOLLBOOK_DRAIN",
    default: "20s",
    min: "0ms",
    max: "5m",
    meaning: "How long requests may finish after a stop is asked for.",
  }),
  dashboardFolder: setting.text({
    env: "TOLLBOOK_GATEWAY_DASHBOARD_FOLDER",
    optional: true,
    meaning: "The built dashboard, if it is not dashboard/dist of this checkout.",
  }),
};

export type GatewayConfig = ConfigOf<typeof gatewaySettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}
