export { TravellingClock as FakeClock } from "@tollbook/domain";
export { checkout } from "./checkout.ts";
export { type HandedOn, handedOn, handedOnNames } from "./config.ts";
export { eventually, type Patience } from "./eventually.ts";
export { heardByAll } from "./heard-by-all.ts";
export { type Need, needs } from "./needs.ts";
export type { ServiceDatabase } from "./service-database.ts";
export { type SharedTestServers, shareTestServers } from "./share-test-servers.ts";
export { type TestNats, testNats } from "./test-nats.ts";
export {
  type OwnPostgres,
  ownPostgres,
  type TestPostgres,
  testPostgres,
  throwawaySettings,
} from "./test-postgres.ts";
export { type TestServiceKeys, testServiceKeys } from "./test-service-keys.ts";
