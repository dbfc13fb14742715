import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import type { UsageEventsRequest } from "../src/app/list-usage-events.ts";
import { TestAccount } from "./test-account.ts";
import { reported } from "./test-item.ts";
import { START, testMetering } from "./test-metering.ts";

const metering = await testMetering();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ago = (ms: number) => new Date(metering.clock.now().getTime() - ms);
const filter = {
  ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
  test: false,
};

/** An account with a customer, and its live log. */
function opened(platform = metering) {
  const account = new TestAccount(platform);
  const customer = account.customer();
  const list = (request: Partial<UsageEventsRequest> = {}) => {
    const whole = { filter, startTime: undefined, endTime: undefined, pageSize: 0, pageToken: "" };
    return platform.app.listUsageEvents(account.accountId, { ...whole, ...request });
  };
  const ids = async (request: Partial<UsageEventsRequest> = {}) => {
    return (await list(request)).events.map(({ eventId }) => eventId);
  };
  return { account, customer, list, ids };
}

/** Events at these ages in milliseconds, sent in one batch; gives their ids. */
async function called(account: TestAccount, customer: { keyId: string }, ages: readonly number[]) {
  const now = ago(0).getTime();
  const events = ages.map((age) => account.event(customer, { time: new Date(now - age) }));
  await account.record(events);
  return events.map(({ eventId }) => eventId);
}

describe("the live log", () => {
  it("tells each call as it was sent, newest first", async () => {
    const { account, customer, list } = opened();
    const time = ago(3 * MINUTE_MS);
    const told = { status: 404, latencyUs: 1_234, admission: 1, properties: { plan: "gold" } };
    const event = account.event(customer, { time, units: 5n, method: "POST", ...told });
    const refused = account.event(customer, { refused: true, refusal: 2, status: 0 });
    await account.record([event, refused]);
    const [newest, oldest] = (await list()).events;
    assert.equal(newest?.eventId, refused.eventId);
    assert.equal(newest?.refusal, 2);
    assert.deepEqual(oldest, {
      ...{ eventId: event.eventId, time, sample: false, refusal: 0, units: 5n, method: "POST" },
      ...{ requestBytes: 100n, responseBytes: 900n, endpoint: "/v1/forecast/{city}", ...told },
      ...{ customerId: customer.customerId, keyId: customer.keyId },
    });
  });

  it("shows a call once, however often it was sent", async () => {
    const { account, customer, ids } = opened();
    const event = account.event(customer);
    for (let times = 0; times < 3; times += 1) await account.record([event, event]);
    assert.deepEqual(await ids(), [event.eventId]);
  });

  it("shows samples of calls that came in cells, once, and counts none of them", async () => {
    const { account, customer, list } = opened();
    const sample = reported(account.event(customer));
    const bad = [account.event(customer, { method: "get" }), account.event({ keyId: newId() })];
    const samples = [sample, ...bad.map((item) => reported(item))];
    const receipt = await account.record([account.cell(customer, 50n)], { samples });
    assert.equal(receipt.counted, 50n);
    assert.equal(receipt.rejected, 0);
    await account.record([account.cell(customer, 1n)], { samples: [sample] });
    const { events } = await list();
    assert.deepEqual(
      events.map(({ eventId, sample }) => [eventId, sample]),
      [[sample.eventId, true]],
    );
  });

  it("takes a counted call whose sample came before", async () => {
    const { account, customer, ids } = opened();
    const event = account.event(customer);
    await account.record([account.cell(customer, 1n)], { samples: [reported(event)] });
    assert.equal((await account.record([event])).counted, 1n);
    assert.deepEqual(await ids(), [event.eventId, event.eventId]);
  });

  it("comes in pages, also where many calls have one time", async () => {
    const { account, customer, list } = opened();
    const ages = [0, 5, 5, 5, 5, 5, 90 * MINUTE_MS, 3 * DAY_MS, 3 * DAY_MS + 1];
    const sent = await called(account, customer, ages);
    const found: string[] = [];
    let pageToken = "";
    do {
      const page = await list({ pageSize: 2, pageToken });
      found.push(...page.events.map(({ eventId }) => eventId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    const newestFirst = [sent[0], ...sent.slice(1, 6).reverse(), ...sent.slice(6)];
    assert.deepEqual(found, newestFirst);
  });

  it("is filtered by time, customer, key, endpoint, method, class and test keys", async () => {
    const { account, customer, ids } = opened();
    const other = account.customer();
    const test = { keyId: account.key(customer, { test: true }) };
    const [old] = await called(account, customer, [2 * DAY_MS]);
    const [theirs] = await called(account, other, [30 * MINUTE_MS]);
    const [tested] = await called(account, test, [0]);
    const odd = account.event(customer, { method: "PUT", status: 500, endpoint: "/v1/odd" });
    await account.record([odd]);
    const by = (part: Partial<typeof filter>) => ids({ filter: { ...filter, ...part } });
    assert.deepEqual(await ids(), [odd.eventId, theirs, old]);
    assert.deepEqual(await ids({ startTime: ago(DAY_MS) }), [odd.eventId, theirs]);
    assert.deepEqual(await ids({ endTime: ago(DAY_MS) }), [old]);
    assert.deepEqual(await by({ customerIds: [customer.customerId] } as object), [
      odd.eventId,
      old,
    ]);
    assert.deepEqual(await by({ keyIds: [other.keyId] } as object), [theirs]);
    assert.deepEqual(await by({ endpoints: ["/v1/odd"] } as object), [odd.eventId]);
    assert.deepEqual(await by({ methods: ["PUT", "POST"] } as object), [odd.eventId]);
    assert.deepEqual(await by({ statusClasses: [2] } as object), [theirs, old]);
    assert.deepEqual(await by({ test: true }), [tested]);
  });

  it("of a customer who seldom calls needs no look at the calls of others", async () => {
    const { account, customer, ids } = opened();
    const busy = account.customer();
    const seldom = await called(account, customer, [MINUTE_MS, 5 * DAY_MS, 6 * DAY_MS]);
    const ages = Array.from({ length: 600 }, (_, at) => at * 14 * MINUTE_MS);
    await called(account, busy, ages);
    const own = { ...filter, customerIds: [customer.customerId] };
    assert.deepEqual(await ids({ filter: own }), seldom);
  });

  it("belongs to its account", async () => {
    const [one, other] = [opened(), opened()];
    await called(one.account, one.customer, [0]);
    assert.deepEqual(await other.ids(), []);
  });
});

describe("a question to the live log", () => {
  it("that is wrong is answered with everything that is wrong", async () => {
    const { ids } = opened();
    const wrong = { startTime: START, endTime: START, filter: { ...filter, keyIds: ["1"] } };
    await assert.rejects(ids(wrong), ({ reason, violations }) => {
      assert.equal(reason, "INVALID_REQUEST");
      const fields = violations.map(({ field }: { field: string }) => field);
      assert.deepEqual(fields, ["filter.key_ids", "end_time"]);
      return true;
    });
  });

  it("with a page token of another question is invalid", async () => {
    const { account, customer, list, ids } = opened();
    await called(account, customer, [0, 1]);
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });
    const other = ids({ startTime: ago(DAY_MS), pageToken });
    await assert.rejects(other, { reason: "PAGE_TOKEN_MALFORMED" });
  });
});

describe("single calls", () => {
  it("are kept for a set number of days of business time, made ahead and dropped after", async () => {
    const short = await testMetering({ rawEventDays: 2 });
    const { account, customer, ids } = opened(short);
    const late = account.event(customer, { time: new Date(START.getTime() - 3 * DAY_MS) });
    const event = account.event(customer, { time: START });
    assert.equal((await account.record([late, event])).counted, 2n);
    assert.deepEqual(await ids(), [event.eventId]);
    short.clock.travelTo(new Date(START.getTime() + 4 * DAY_MS));
    const newest = account.event(customer);
    await account.record([newest]);
    await short.needs.storage.keepPartitions();
    assert.deepEqual(await ids(), [newest.eventId]);
    const parts = await short.look<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
        where inhparent = 'usage_event'::regclass order by 1`,
    );
    assert.deepEqual(
      [parts.at(0)?.name, parts.at(-1)?.name],
      ["usage_event_d20261112", "usage_event_d20261116"],
    );
  });

  it("are not kept at all where the operator says so, and are counted all the same", async () => {
    const off = await testMetering({ rawEventDays: 0 });
    const { account, customer, ids } = opened(off);
    assert.equal((await account.record([account.event(customer)])).counted, 1n);
    await assert.rejects(ids(), { kind: "failed-precondition", reason: "RAW_EVENTS_OFF" });
  });
});
