/** What `--processes` is made of, for whoever needs more processes of a service, or other ends. */
export { prepareDatabases } from "./databases.ts";
export { type Addresses, environmentOf } from "./environment.ts";
export { type GrpcRouter, startGrpcRouter } from "./grpc-router.ts";
export { loadSecrets, type Secrets } from "./secrets.ts";
export { type ServiceProcess, startServiceProcess } from "./service-process.ts";
