import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval } from "@tollbook/domain";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { START, testMetering } from "./test-metering.ts";
import { archiveMeter, defineMeter, readMeter, valuesOf } from "./test-meters.ts";

/** The next quarter hour, from which on meters count that look at each call. */
const LATER = new Date(START.getTime() + 900_000);
const DAY_MS = 24 * 3_600_000;
const city = (name: string) => ({ properties: { city: name } });
const distinct = { aggregation: "unique", uniqueProperty: "city" } as const;

describe("a meter that looks at each call", () => {
  it("is told to recorders at once, and takes no cells once it counts", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const { meterId, versions } = await defineMeter(account, {
      ...distinct,
      endpointPatterns: ["/v1/forecast/*"],
      statusClasses: [2],
    });
    assert.deepEqual(versions[0]?.effectiveTime, LATER);
    const gate = await account.acquire(new TestGate(account).gateId, customer, 1);
    assert.deepEqual(gate.eventMeterIds, [meterId]);
    const early = await account.record([account.cell(customer, 3n)]);
    assert.deepEqual([early.rejected, early.eventMeterIds], [0, [meterId]]);
    metering.clock.travelTo(LATER);
    const { rejections, rejected } = await account.record([
      account.cell(customer, 3n),
      account.cell(customer, 3n, { time: START }),
      account.cell(customer, 3n, { status: 500 }),
      account.cell(customer, 3n, { endpoint: "/v1/history/{city}" }),
      account.cell(customer, 3n, { refused: true, status: 0 }),
      account.event(customer, city("Pune")),
    ]);
    assert.equal(rejected, 1);
    assert.deepEqual(rejections, [{ kind: "cell", index: 0, reason: "CELL_NEEDS_EVENTS" }]);
    assert.deepEqual(valuesOf(await readMeter(account, meterId)), [1n, "of", 1n]);
    const { archiveTime } = await archiveMeter(account, meterId);
    metering.clock.travelTo(archiveTime ?? START);
    const late = await account.record([account.cell(customer, 3n)]);
    assert.deepEqual([late.rejected, late.eventMeterIds], [0, []]);
    await reconcile(account);
  });

  it("tells values apart over any span and group, each once", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const [one, other] = [account.customer(), account.customer()];
    const { meterId } = await defineMeter(account, distinct);
    metering.clock.travelTo(LATER);
    const names = ["Pune", "Delhi", "Pune"];
    await account.record(names.map((name) => account.event(one, city(name))));
    await account.record([
      account.event(other, city("Delhi")),
      account.event(other, { properties: { town: "Agra" } }),
      account.event(other, { ...city("Agra"), refused: true, status: 0 }),
    ]);
    metering.clock.travelTo(new Date(LATER.getTime() + 900_000));
    await account.record([account.event(one, city("Pune")), account.event(other, city("Kochi"))]);
    assert.deepEqual(valuesOf(await readMeter(account, meterId)), [3n, "of", 3n]);
    const quarters = await readMeter(account, meterId, { granularity: "quarter-hour" });
    assert.deepEqual(valuesOf(quarters), [2n, 2n, "of", 3n]);
    const byCustomer = await readMeter(account, meterId, { groupBy: ["customer"] });
    assert.deepEqual(valuesOf(byCustomer), [2n, 2n, "of", 3n]);
    const top = await readMeter(account, meterId, { groupBy: ["customer"], top: 1 });
    assert.deepEqual(valuesOf(top), [2n, 2n, "of", 3n]);
    await reconcile(account);
  });

  it("finds the greatest units of a call", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const { meterId } = await defineMeter(account, { aggregation: "max" });
    metering.clock.travelTo(LATER);
    await account.record([4n, 9n, 2n].map((units) => account.event(customer, { units })));
    await account.record([account.event(customer, { units: 7n })]);
    assert.deepEqual(valuesOf(await readMeter(account, meterId)), [9n, "of", 9n]);
  });

  it("moves with usage that a subscription adopts, and is sealed with it", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const cities = await defineMeter(account, { name: "cities", ...distinct });
    const tallest = await defineMeter(account, { name: "tallest", aggregation: "max" });
    const pro = { properties: { tier: "pro" } };
    const paid = await defineMeter(account, { name: "paid", aggregation: "sum", ...pro });
    metering.clock.travelTo(LATER);
    const call = (name: string, units: bigint) => {
      return account.event(customer, { properties: { city: name, tier: "pro" }, units });
    };
    await account.record([call("Pune", 5n), call("Delhi", 2n)]);
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      return applyEntitlement(store, account.entitlement(customer), metering.clock.now());
    });
    await account.record([call("Pune", 3n), call("Agra", 1n)]);
    await reconcile(account);
    const { start, end } = account.month();
    metering.clock.travelTo(new Date(end.getTime() + DAY_MS));
    const { customerId, subscriptionId } = customer;
    const splitTimes = [LATER];
    const reference = { customerId, subscriptionId, startTime: start, endTime: end, splitTimes };
    const seal = async () => {
      const [sealed] = await metering.app.sealPeriods(account.accountId, [reference]);
      const units = sealed?.usage.map(({ meterId, stretch, ...row }) => {
        assert.deepEqual(stretch, interval(LATER, end));
        return [meterId, row.endpoint, row.units];
      });
      return { units: new Map(units?.map(([meterId, ...rest]) => [meterId, rest])), sealed };
    };
    const first = await seal();
    const forecast = "/v1/forecast/{city}";
    assert.deepEqual(
      first.units,
      new Map<unknown, unknown>([
        [account.accountId, [forecast, 4n]],
        [paid.meterId, [forecast, 11n]],
        [tallest.meterId, ["", 5n]],
        [cities.meterId, ["", 3n]],
      ]),
    );
    const time = new Date(end.getTime() - 60_000);
    await account.record([
      { ...call("Kochi", 8n), time },
      { ...call("Pune", 1n), time },
    ]);
    const second = await seal();
    assert.deepEqual(second.units.get(cities.meterId), ["", 4n]);
    assert.deepEqual(second.units.get(tallest.meterId), ["", 8n]);
    assert.notDeepEqual(second.sealed?.seal.usageSha256, first.sealed?.seal.usageSha256);
    const again = await metering.app.getSealedUsage(account.accountId, reference, 1);
    assert.deepEqual(again, first.sealed);
    await reconcile(account);
  });
});
