import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { batchOf, TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { anotherProcess, testMetering } from "./test-metering.ts";

const DAY_MS = 24 * 3_600_000;

/** A subscribed customer, and the metrics of the process that counts their calls. */
async function watched() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  account.entitle(customer);
  await new TestGate(account).ask(customer, 0);
  const of = async (name: string, label = "") => {
    const metric = await metering.metrics.getSingleMetric(`tollbook_usage_${name}_total`)?.get();
    const values = metric?.values ?? [];
    if (label === "") return values[0]?.value ?? 0;
    return Object.fromEntries(values.map(({ labels, value }) => [labels[label], value]));
  };
  const late = async () => [await of("late_calls"), await of("late_calls_taken_back")];
  const period = account.month();
  metering.clock.travelTo(period.end);
  const seal = async () => {
    metering.clock.travelTo(new Date(period.end.getTime() + DAY_MS));
    const { customerId, subscriptionId } = customer;
    const times = { startTime: period.start, endTime: period.end, splitTimes: [] };
    await metering.app.sealPeriods(account.accountId, [{ customerId, subscriptionId, ...times }]);
  };
  const lastMinute = { time: new Date(period.end.getTime() - 60_000) };
  return { metering, account, customer, of, late, seal, lastMinute };
}

describe("metrics of usage", needs("postgres"), () => {
  it("tell items by what became of them, once however often a batch comes", async () => {
    const { account, customer, of } = await watched();
    const twice = account.event(customer);
    const items = [
      ...[twice, twice, account.cell(customer, 70n), account.cell(customer, 5n, { refused: true })],
      account.event(customer, { endpoint: "" }),
    ];
    const batch = { batchId: newId() };
    for (let times = 0; times < 3; times += 1) await account.record(items, batch);
    const outcomes = { counted: 3, duplicate: 1, rejected: 1, "to be sent again": 0 };
    assert.deepEqual(await of("items", "outcome"), outcomes);
    assert.deepEqual(await of("rejected", "reason"), { ENDPOINT_INVALID: 1 });
    assert.equal(await of("calls"), 76);
  });

  it("tell calls that come when their period is sealed, and none before", async () => {
    const { account, customer, late, seal, lastMinute } = await watched();
    await account.record([account.cell(customer, 4n, lastMinute)]);
    assert.deepEqual(await late(), [0, 0]);
    await seal();
    const batch = { batchId: newId() };
    const items = [
      account.cell(customer, 5n, lastMinute),
      account.event(customer, { ...lastMinute, refused: true }),
      account.cell(customer, 100n),
    ];
    for (let times = 0; times < 2; times += 1) await account.record(items, batch);
    assert.deepEqual(await late(), [6, 0]);
  });

  it("tell calls that are taken back of a sealed period", async () => {
    const { account, customer, late, seal, lastMinute, of } = await watched();
    const event = account.event(customer, lastMinute);
    await account.record([event, account.event(customer, lastMinute)]);
    await seal();
    const corrects = { kind: "event", eventId: event.eventId } as const;
    await account.record([{ ...event, eventId: newId(), corrects }]);
    assert.deepEqual([await late(), await of("calls_taken_back")], [[0, 1], 1]);
  });

  it("tell calls of a period that another process has sealed meanwhile", async () => {
    const { metering, account, customer, late, seal, lastMinute } = await watched();
    const other = anotherProcess(metering);
    await other.recordUsage(account.accountId, batchOf([account.cell(customer, 1n, lastMinute)]));
    await seal();
    await other.recordUsage(account.accountId, batchOf([account.cell(customer, 3n, lastMinute)]));
    assert.deepEqual(await late(), [3, 0]);
  });
});
