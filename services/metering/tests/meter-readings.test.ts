import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PeriodSealed } from "@tollbook/contracts/metering/v1/events";
import type { PeriodReference } from "../src/domain/sealed-period.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { START, testMetering } from "./test-metering.ts";
import { archiveMeter, defineMeter, readMeter, updateMeter, valuesOf } from "./test-meters.ts";

const HOUR_MS = 3_600_000;
/** The next quarter hour. */
const LATER = new Date(START.getTime() + HOUR_MS / 4);

const HISTORY = { endpoint: "/v1/history/{city}" };

describe("a meter's value", () => {
  it("is what its filter and weights make of usage, by group, biggest first", async () => {
    const account = new TestAccount(await testMetering());
    const [one, other] = [account.customer(), account.customer()];
    const credits = await defineMeter(account, {
      endpointPatterns: ["/v1/*"],
      statusClasses: [2],
      weights: [{ endpointPattern: "GET /v1/history/*", weight: 5n }],
    });
    await account.record([
      account.cell(one, 10n),
      account.cell(one, 3n, HISTORY),
      account.cell(one, 100n, { status: 500 }),
      account.cell(one, 100n, { endpoint: "/v2/forecast" }),
      account.cell(one, 100n, { refused: true, status: 0 }),
      account.event(other, HISTORY),
    ]);
    assert.deepEqual(valuesOf(await readMeter(account, credits.meterId)), [30n, "of", 30n]);
    const groupBy = ["customer", "endpoint"] as const;
    const byBoth = await readMeter(account, credits.meterId, { groupBy });
    assert.deepEqual(
      byBoth.rows.map(({ group, value }) => [group.customerId, group.endpoint, value]),
      [
        [one.customerId, HISTORY.endpoint, 15n],
        [one.customerId, "/v1/forecast/{city}", 10n],
        [other.customerId, HISTORY.endpoint, 5n],
      ],
    );
    const top = await readMeter(account, credits.meterId, { groupBy, top: 1 });
    assert.deepEqual(
      top.rows.map(({ group, value }) => [group.other, value]),
      [
        [false, 15n],
        [true, 15n],
      ],
    );
    const first = await readMeter(account, credits.meterId, { groupBy, pageSize: 2 });
    const rest = await readMeter(account, credits.meterId, {
      ...{ groupBy, pageSize: 2, pageToken: first.nextPageToken },
    });
    assert.deepEqual(valuesOf(first), [15n, 10n, "of", 30n]);
    assert.deepEqual(valuesOf(rest), [5n, "of", 30n]);
    assert.equal(first.rows[0]?.calls, 0n);
  });

  it("sums what calls declare", async () => {
    const account = new TestAccount(await testMetering());
    const customer = account.customer();
    const bytes = await defineMeter(account, { aggregation: "sum", methods: ["GET"] });
    await account.record([
      account.cell(customer, 10n, { units: 700n }),
      account.event(customer, { units: 50n }),
      account.event(customer, { units: 9n, method: "POST" }),
    ]);
    assert.deepEqual(valuesOf(await readMeter(account, bytes.meterId)), [750n, "of", 750n]);
  });

  it("keeps the weights a quarter hour was counted by", async () => {
    const account = new TestAccount(await testMetering());
    const { clock } = account.metering;
    const customer = account.customer();
    const { meterId } = await defineMeter(account, {});
    await account.record([account.cell(customer, 10n)]);
    await updateMeter(account, meterId, { weights: [{ endpointPattern: "*", weight: 3n }] });
    clock.travelTo(LATER);
    await account.record([
      account.cell(customer, 10n),
      account.cell(customer, 1n, { time: START }),
    ]);
    const quarters = await readMeter(account, meterId, { granularity: "quarter-hour" });
    assert.deepEqual(valuesOf(quarters), [11n, 30n, "of", 41n]);
  });

  it("of calls may leave out those that failed, from a quarter hour on", async () => {
    const account = new TestAccount(await testMetering());
    const { clock } = account.metering;
    const { accountId } = account;
    const customer = account.customer();
    const both = () => [account.cell(customer, 10n), account.cell(customer, 1n, { status: 404 })];
    await account.record(both());
    await updateMeter(account, accountId, { statusClasses: [2, 3] });
    clock.travelTo(LATER);
    await account.record(both());
    const quarters = await readMeter(account, accountId, { granularity: "quarter-hour" });
    assert.deepEqual(valuesOf(quarters), [11n, 10n, "of", 21n]);
  });

  it("stops growing when the meter is archived, and stays", async () => {
    const account = new TestAccount(await testMetering());
    const { clock } = account.metering;
    const customer = account.customer();
    const { meterId } = await defineMeter(account, {});
    const archive = () => archiveMeter(account, meterId);
    const { archiveTime } = await archive();
    await account.record([account.cell(customer, 10n)]);
    clock.travelTo(archiveTime ?? new Date(0));
    await account.record([account.cell(customer, 10n)]);
    assert.deepEqual(valuesOf(await readMeter(account, meterId)), [10n, "of", 10n]);
    assert.deepEqual((await archive()).archiveTime, archiveTime);
  });
});

describe("sealed usage", () => {
  it("has each meter's units by stretch and endpoint, and its total goes out", async () => {
    const account = new TestAccount(await testMetering());
    const { app, clock } = account.metering;
    const customer = account.customer();
    const period = account.month();
    account.entitle(customer);
    await new TestGate(account).ask(customer, 0);
    const weights = [{ endpointPattern: "/v1/history/*", weight: 5n }];
    const credits = await defineMeter(account, { name: "credits", weights });
    await updateMeter(account, account.accountId, { statusClasses: [2] });
    await account.record([account.cell(customer, 10n), account.cell(customer, 2n, HISTORY)]);
    clock.travelTo(LATER);
    const split = LATER;
    await account.record([
      account.cell(customer, 1n, HISTORY),
      account.cell(customer, 4n, { status: 500 }),
    ]);
    clock.travelTo(new Date(period.end.getTime() + 25 * HOUR_MS));
    const reference = referenceOf(customer, period, [split]);
    const [sealed] = await app.sealPeriods(account.accountId, [reference]);
    const [calls, own] = [account.accountId, credits.meterId];
    const rows = sealed?.usage.map(({ stretch, meterId, endpoint, units }) => {
      return [stretch.start, meterId, endpoint, units];
    });
    const FORECAST = "/v1/forecast/{city}";
    assert.deepEqual(rows, [
      [period.start, calls, FORECAST, 10n],
      [period.start, own, FORECAST, 10n],
      [period.start, calls, HISTORY.endpoint, 2n],
      [period.start, own, HISTORY.endpoint, 10n],
      [split, own, FORECAST, 4n],
      [split, calls, HISTORY.endpoint, 1n],
      [split, own, HISTORY.endpoint, 5n],
    ]);
    assert.deepEqual(await app.getSealedUsage(account.accountId, reference, 1), sealed);
    assert.deepEqual(await totalsTold(account), { [calls]: "13", [own]: "29" });
  });
});

function referenceOf(
  customer: TestCustomer,
  { start, end }: { start: Date; end: Date },
  splitTimes: Date[],
) {
  const { customerId, subscriptionId } = customer;
  const reference: PeriodReference = {
    customerId,
    subscriptionId,
    startTime: start,
    endTime: end,
    splitTimes,
  };
  return reference;
}

async function totalsTold({ metering, accountId }: TestAccount): Promise<Record<string, string>> {
  const text = "select payload from outbox where account_id = $1 and type like '%PeriodSealed'";
  const [row] = await metering.look<{ payload: Buffer }>(text, [accountId]);
  const { totals } = PeriodSealed.decode(row?.payload ?? Buffer.alloc(0));
  return Object.fromEntries(totals.map(({ meterId, units }) => [meterId, String(units)]));
}
