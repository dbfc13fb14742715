import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EndpointsOverflowed } from "@tollbook/contracts/metering/v1/events";
import { newId } from "@tollbook/domain";
import { metering as appOn } from "../src/app/index.ts";
import { outgoing } from "../src/events/outgoing.ts";
import { storageOn } from "../src/storage/storage.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, TestAccount, type TestCustomer } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

const DAY_MS = 24 * 3_600_000;

/** Metering that tells three new endpoints a month apart, and what was counted by endpoint. */
async function opened() {
  const metering = await testMetering({ endpointsMax: 3 });
  const account = new TestAccount(metering);
  const customer = account.customer();
  const counted = async () => {
    const text = `select endpoint, sum(calls)::integer as calls
      from rollup join usage_cell using (account_id, cell_id)
      where account_id = $1 group by 1 order by 1`;
    const rows = await metering.look<{ endpoint: string; calls: number }>(text, [
      account.accountId,
    ]);
    return Object.fromEntries(rows.map(({ endpoint, calls }) => [endpoint, calls]));
  };
  return { metering, account, customer, counted };
}

function calledAt(account: TestAccount, customer: TestCustomer, ...endpoints: string[]) {
  return account.record(endpoints.map((endpoint) => account.event(customer, { endpoint })));
}

describe("an account with too many endpoints", () => {
  it("has the rest counted under other, and is told once a month", async () => {
    const { metering, account, customer, counted } = await opened();
    await calledAt(account, customer, "/a", "/b");
    const { counted: taken } = await calledAt(account, customer, "/c", "/d", "/e", "/a");
    assert.equal(taken, 4n);
    await calledAt(account, customer, "/d", "/f", "/b");
    assert.deepEqual(await counted(), { "/a": 2, "/b": 2, "/c": 1, other: 4 });
    assert.deepEqual(await account.told(), ["EndpointsOverflowed"]);
    const text = "select payload from outbox where account_id = $1";
    const [row] = await metering.look<{ payload: Buffer }>(text, [account.accountId]);
    assert.deepEqual(EndpointsOverflowed.decode(row?.payload ?? Buffer.alloc(0)), {
      ...{ endpoint: "/d", endpointsMax: 3, monthStartTime: new Date("2026-11-01T00:00:00Z") },
    });
    await reconcile(account);
  });

  it("has room again in the next month, and keeps the endpoints it had", async () => {
    const { metering, account, customer, counted } = await opened();
    await calledAt(account, customer, "/a", "/b", "/c", "/d");
    metering.clock.travelTo(new Date(metering.clock.now().getTime() + 30 * DAY_MS));
    await calledAt(account, customer, "/a", "/d", "/e", "/f", "/g");
    assert.deepEqual(await counted(), {
      ...{ "/a": 2, "/b": 1, "/c": 1, "/d": 1, "/e": 1, "/f": 1, other: 2 },
    });
    assert.equal((await account.told()).length, 2);
  });

  it("has the same ones in every process, however many ask at once", async () => {
    const { metering, account, customer, counted } = await opened();
    const another = () => {
      const { database, clock, needs } = metering;
      const settings = { rawEventDays: 7, rollupMonths: 0, endpointsMax: 3 };
      const telling = { toEvent: outgoing, watch: needs.watch };
      return appOn({ ...needs, storage: storageOn(database, clock, telling, settings) });
    };
    const processes = [metering.app, another(), another()];
    const names = Array.from({ length: 9 }, (_, at) => `/route-${at}`);
    await Promise.all(
      names.map((endpoint, at) => {
        const event = account.event(customer, { endpoint });
        return processes[at % 3]?.recordUsage(account.accountId, batchOf([event]));
      }),
    );
    const found = await counted();
    assert.equal(Object.keys(found).length, 4);
    assert.equal(found.other, 6);
    assert.equal((await account.told()).length, 1);
  });

  it("has its meters count what its rollups say", async () => {
    const { account, customer } = await opened();
    const limit = account.limit(customer, 100n, { hard: false });
    account.entitle(customer, { limits: [limit] });
    await account.acquire(newId(), customer, 1);
    await calledAt(account, customer, "/a", "/b", "/c", "/d", "/e");
    assert.equal((await account.quota(customer, limit)).consumed, 5n);
    await reconcile(account);
  });
});
