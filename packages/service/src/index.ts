export type { Logger } from "pino";
export { Registry } from "prom-client";
export {
  type CallScope,
  currentScope,
  currentTraceId,
  currentTraceparent,
  inTrace,
} from "./calls/call-scope.ts";
export * from "./calls/caller.ts";
export {
  type Admission,
  type BidiWork,
  bidi,
  bidiFrames,
  type CallContext,
  type Door,
  type Frame,
  type Intake,
  type ServerStreamWork,
  serverStream,
  type UnaryWork,
  unary,
  unaryFrame,
} from "./calls/door.ts";
export { inAnyOrder } from "./calls/in-any-order.ts";
export * from "./calls/permission.ts";
export * from "./client/index.ts";
export * from "./config/command-line.ts";
export * from "./config/config-error.ts";
export { describeConfig } from "./config/describe-config.ts";
export * from "./config/read-config.ts";
export { type Setting, type SettingOptions, setting } from "./config/setting.ts";
export { authCredentials } from "./credentials/auth-credentials.ts";
export * from "./credentials/authenticator.ts";
export * from "./credentials/credential-source.ts";
export {
  generateServiceKey,
  generateServiceKeys,
  type ServiceKeys,
} from "./credentials/service-keys.ts";
export {
  type SessionClaims,
  type SignSessionOptions,
  signSessionToken,
} from "./credentials/session-token.ts";
export * from "./errors/grpc-code.ts";
export * from "./errors/to-grpc-error.ts";
export * from "./host/grpc-host.ts";
export type { Check, Health, HealthReport } from "./host/health.ts";
export { defaultLimits, type HostLimits } from "./host/limits.ts";
export { contractsImage, servicesInImage } from "./host/reflection-image.ts";
export { timeDoor } from "./host/time-door.ts";
export { createLogger, type LoggerOptions, type LogLevel, redacted } from "./logger.ts";
export { type ProcessConfig, processSettings } from "./process/config.ts";
export * from "./process/host-parts.ts";
export * from "./process/parts.ts";
export * from "./process/run-service.ts";
export * from "./process/serve-metrics.ts";
export * from "./process/shutdown.ts";
export type { Database, DatabaseOptions, OutgoingEvent, Tx, WriteOutbox } from "./storage/index.ts";
