import { ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";

/** Where a client connects. */
export interface Target {
  target: string;
  credentials: ChannelCredentials;
}

/** Largest answer a client takes: our servers send no larger one. */
const receiveBytesMax = 8 * 1_048_576;

/**
 * `host:port`, `http://host:port` or `https://host:port` as grpc-js has it: through DNS, so that
 * every pod behind a name is used.
 */
export function targetOf(address: string): Target {
  const [, scheme, authority] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(address) ?? [];
  if (authority === undefined) throw new Error(`"${address}" is no address: write host:port`);
  const credentials =
    scheme === "https" ? ChannelCredentials.createSsl() : ChannelCredentials.createInsecure();
  return { target: `dns:///${authority}`, credentials };
}

/** Tries again what provably or probably was not served, for a moment; never another status. */
const serviceConfig = JSON.stringify({
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: "0.05s",
        maxBackoff: "0.5s",
        backoffMultiplier: 3,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
  // A service that is down gets no storm: retries stop while most calls fail.
  retryThrottling: { maxTokens: 20, tokenRatio: 0.2 },
});

/** Options of every channel: one round of retries, no surprises from DNS, early reconnects. */
export function channelOptions(receiveMax = receiveBytesMax): ChannelOptions {
  return {
    "grpc.service_config": serviceConfig,
    // Without it a TXT record of whoever answers DNS could replace the lines above.
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": receiveMax,
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 5_000,
    "grpc.initial_reconnect_backoff_ms": 100,
    // A pod that has come back should not wait for its clients for long.
    "grpc.max_reconnect_backoff_ms": 5_000,
    "grpc.enable_channelz": 0,
  };
}
