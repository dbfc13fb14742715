/** What one process takes on. Every figure protects the others' calls from one caller. */
export interface HostLimits {
  /** Largest request message. RecordUsage is the largest of ours, and stops at 1 MiB. */
  receiveBytesMax: number;
  /** Largest answer: a page of events, or an invoice's PDF. */
  sendBytesMax: number;
  /** Calls at once on one connection. */
  concurrentStreamsMax: number;
  /** Connections are renewed after this, or new pods would never get clients. */
  connectionAgeMs: number;
  /** Calls of an aged connection may finish within this. */
  connectionAgeGraceMs: number;
  /** Megabytes of HTTP/2 state for one connection. */
  sessionMemoryMiB: number;
  /** Deadline of a unary call whose caller named none. */
  defaultDeadlineMs: number;
  /** A large request that an Intake let in has to come in whole within this. */
  readWithinMs: number;
}

/** The limits of every host that names no others. */
export const defaultLimits: HostLimits = {
  receiveBytesMax: 1_048_576,
  sendBytesMax: 8 * 1_048_576,
  concurrentStreamsMax: 128,
  connectionAgeMs: 300_000,
  connectionAgeGraceMs: 30_000,
  sessionMemoryMiB: 32,
  defaultDeadlineMs: 15_000,
  readWithinMs: 10_000,
};

/** The limits as grpc-js's options; keepalive drops clients that went without a word. */
export function serverOptions(limits: HostLimits): Record<string, number> {
  return {
    "grpc.max_receive_message_length": limits.receiveBytesMax,
    "grpc.max_send_message_length": limits.sendBytesMax,
    "grpc.max_concurrent_streams": limits.concurrentStreamsMax,
    "grpc.max_connection_age_ms": limits.connectionAgeMs,
    "grpc.max_connection_age_grace_ms": limits.connectionAgeGraceMs,
    "grpc-node.max_session_memory": limits.sessionMemoryMiB,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    // Costs time on every call, and nobody here reads it.
    "grpc.enable_channelz": 0,
  };
}
