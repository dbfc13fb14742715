import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { EventFeedServiceClient } from "@tollbook/contracts/events/v1";
import { DomainError } from "@tollbook/domain";
import {
  createAuthenticator,
  createClient,
  createGrpcHost,
  createLogger,
  type GrpcHost,
  inTrace,
  Registry,
  serviceCredential,
} from "@tollbook/service";
import { needs, testServiceKeys } from "@tollbook/testing";
import { eventFeedDoor } from "../src/index.ts";
import { newAccount, worldFor } from "./world.ts";

const needed = needs("postgres");
const world = worldFor(needed);
const logger = createLogger({ service: "events-test", level: "silent" });

let host: GrpcHost | undefined;
let address = "";
const openDoor = async () => {
  const { auth } = await testServiceKeys();
  const authenticator = createAuthenticator({
    resolveRootKey: async () => ({ accountId: newAccount(), rootKeyId: newAccount(), scopes: [] }),
    sessionKeys: async () => auth.jwks,
    serviceKeys: auth.jwks,
  });
  host = createGrpcHost({ authenticator, logger, metrics: new Registry() });
  host.add(eventFeedDoor([{ producer: "auth", database: world().auth }]));
  address = `127.0.0.1:${await host.listen("127.0.0.1:0")}`;
};

const clientOf = (credential: () => string | Promise<string>) =>
  createClient(EventFeedServiceClient, { address, credential, deadlineMs: 5_000, logger });

describe("the feed's door", needed, () => {
  before(openDoor);
  after(() => host?.drain(500));

  it("lets a consumer hear, across accounts, in the trace of the call that told", async () => {
    const { metering } = await testServiceKeys();
    const { privateKey } = metering;
    const feed = clientOf(serviceCredential({ service: "metering", privateKey }));
    const account = newAccount();
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    await inTrace(`00-${traceId}-00f067aa0ba902b7-01`, () => world().tell(account, "through it"));
    const request = { producer: "auth", after: undefined, types: [], pageSize: 10 };
    assert.match((await feed.listEvents(request)).events[0]?.traceparent ?? "", RegExp(traceId));

    const consumer = world().consumer(world().bus(), { sources: [{ producer: "auth", feed }] });
    await consumer.pullNow();
    assert.deepEqual(await world().heard(account), ["through it"]);
    feed.close();
  });

  it("is shut for an account's root key, whatever its scopes", async () => {
    const feed = clientOf(() => "tb_root_0123456789abcdefghijkl_000000");
    const request = { producer: "auth", after: undefined, types: [], pageSize: 1 };
    await assert.rejects(feed.listEvents(request), (error) => {
      return error instanceof DomainError && error.kind === "permission-denied";
    });
    feed.close();
  });
});
