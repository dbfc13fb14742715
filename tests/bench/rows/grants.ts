import { bareGrants, grantBare } from "../bare/bare-grants.ts";
import { bareTables } from "../bare/bare-tables.ts";
import { AskingGate } from "../load/asking-gate.ts";
import { EncodedBatch } from "../load/encoded-batch.ts";
import { HealthEcho } from "../load/health-echo.ts";
import { eventBatch, loadedAccount } from "../load/loaded-account.ts";
import { sendBatches } from "../load/send-batches.ts";
import { UsageClient } from "../load/usage-client.ts";
import { medianMs, rateOf } from "../measure-rate.ts";
import type { Figure, Row } from "../row.ts";
import { type BenchAccount, openAccount } from "../world/account.ts";

/** Counters asked for in one request, and so granted on in one transaction. */
const ASKS = 50;
const GATES = 8;
const ACCOUNTS = 4;
/** More only wait on two cores. */
const WRITERS = 4;

/** Grants on many counters in one request: a gate asks for all its callers at once. */
export const groupedGrants: Row = {
  name: "lease grants, 50 a request",
  unit: "grants/s",
  limitName: "bare SQL",
  // 20,000 a second where bare SQL grants 50,000, as measured beforehand.
  goal: { atLeast: 0.4 },
  async prepare(world, { seconds }) {
    const accounts: BenchAccount[] = [];
    for (let nth = 0; nth < ACCOUNTS; nth += 1) accounts.push(await openAccount(world, ASKS));
    const gates = Array.from({ length: GATES }, (_, nth) => {
      const account = accounts[nth % accounts.length] as BenchAccount;
      return new AskingGate(world.ports.metering, account, account.customers);
    });
    const writers = await bareTables(world.meteringUrl, WRITERS);
    const bare = await Promise.all(writers.map((writer) => bareGrants(writer, ASKS)));
    return {
      product: () =>
        rateOf(
          gates.map((gate) => () => gate.ask()),
          seconds,
        ),
      limit: () => {
        const work = writers.map((writer, nth) => async () => {
          const grants = bare[nth];
          return grants === undefined ? 0 : grantBare(writer, grants);
        });
        return rateOf(work, seconds);
      },
      close: async () => {
        for (const gate of gates) gate.close();
        await Promise.all(writers.map((writer) => writer.end()));
      },
    };
  },
};

/** One grant after the other, nobody else there. */
export const singleGrant: Row = {
  name: "one lease grant alone",
  unit: "ms at p50",
  limitName: "UPDATE + echo",
  goal: { atMost: 2 },
  async prepare(world, { seconds }) {
    const account = await openAccount(world, 1);
    const gate = new AskingGate(world.ports.metering, account, account.customers);
    const echo = new HealthEcho(world.ports.metering);
    const [writer] = await bareTables(world.meteringUrl, 1);
    if (writer === undefined) throw new Error("no connection was made");
    const bare = await bareGrants(writer, 1);
    return {
      product: () => medianMs(() => gate.ask(), seconds),
      limit: async (): Promise<Figure> => {
        const update = await medianMs(() => grantBare(writer, bare), seconds / 2);
        const call = await medianMs(() => echo.call(), seconds / 2);
        const notes = { "of it UPDATE": update.value, echo: call.value };
        return { value: update.value + call.value, notes };
      },
      close: async () => {
        gate.close();
        echo.close();
        await writer.end();
      },
    };
  },
};

/** Grants on counters that usage is being counted on beside: who waits for whose locks. */
export const grantUnderIngest: Row = {
  name: "one lease grant while its counter is counted on",
  unit: "ms at p50",
  limitName: "quiet",
  goal: { atMost: 2 },
  async prepare(world, { seconds }) {
    const account = await loadedAccount(world, 20);
    const gate = new AskingGate(world.ports.metering, account, account.customers.slice(0, 1));
    const client = new UsageClient(world.ports.metering, account.rootKey);
    const sender = { client, batch: new EncodedBatch(eventBatch(account, 200)) };
    const grants = () => medianMs(() => gate.ask(), seconds);
    return {
      product: async () => {
        const load = { seconds, weight: 200, everyMs: 50 };
        const [figure, ingest] = await Promise.all([grants(), sendBatches(world, [sender], load)]);
        return { ...figure, notes: { ...figure.notes, "beside events/s": ingest.value } };
      },
      limit: grants,
      close: async () => {
        gate.close();
        client.close();
      },
    };
  },
};
