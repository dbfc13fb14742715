export { serviceCredential } from "../credentials/service-keys.ts";
export { fromGrpcError } from "../errors/from-grpc-error.ts";
export type { BreakerOptions } from "./breaker.ts";
export {
  type CallOptions,
  type Client,
  type ClientConstructor,
  type ClientOptions,
  createClient,
} from "./create-client.ts";
