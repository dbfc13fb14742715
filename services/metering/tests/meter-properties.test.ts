import assert from "node:assert/strict";
import { it } from "node:test";
import type { Window } from "@tollbook/domain";
import fc from "fast-check";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import type { UsageGroup } from "../src/app/usage-query-store.ts";
import type { MeterInput } from "../src/domain/check-meter.ts";
import type { Aggregation, Meter } from "../src/domain/meter.ts";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { naiveMeters } from "./naive-meter.ts";
import { callsOf, naiveNeedsEvents, naiveValue, type TakenItem } from "./naive-usage.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import type { TestItem } from "./test-item.ts";
import { testMetering } from "./test-metering.ts";
import { archiveMeter, defineMeter, readMeter, updateMeter } from "./test-meters.ts";

const RUNS = 12;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const pattern = oneOf("*", "/a/*", "GET /a/*", "/b", "POST *", "*/x");
const statusClasses = fc.uniqueArray(oneOf(1, 2, 3, 4, 5), { maxLength: 3 });
const weights = fc.uniqueArray(
  fc.record({ endpointPattern: pattern, weight: fc.bigInt(0n, 1_000_000n) }),
  { maxLength: 3, selector: ({ endpointPattern }) => endpointPattern },
);
const properties = oneOf({}, {}, { tier: "pro" }, { tier: "free", city: "Pune" });

const seldom = <T>(values: fc.Arbitrary<T[]>) => {
  return fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: values });
};

const terms = fc.record({
  aggregation: oneOf<Aggregation>("count", "sum", "max", "unique"),
  endpointPatterns: seldom(fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 })),
  methods: seldom(fc.constant(["GET"])),
  statusClasses: seldom(statusClasses),
  ...{ properties, weights },
});

const call = fc.record({
  customer: oneOf(0, 1),
  test: oneOf(false, false, false, true),
  kind: oneOf("event", "event", "cell"),
  endpoint: oneOf("/a/x", "/a/y", "/b"),
  method: oneOf("GET", "POST"),
  status: oneOf(0, 101, 200, 204, 302, 404, 503),
  refused: oneOf(false, false, false, false, true),
  ...{ count: fc.bigInt(1n, 9n), units: fc.bigInt(0n, 99n), minutesAgo: fc.nat(31) },
  properties: oneOf({}, { tier: "pro" }, { tier: "free", city: "Pune" }, { city: "Agra" }),
});
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;
const batch = fc.array(call, { minLength: 30, maxLength: 60 });
const windows = ["hour", "day", "month", "period", "total"] as const;

const history = fc.record({
  meters: fc.array(terms, { minLength: 3, maxLength: 6 }),
  batches: fc.tuple(batch, batch, batch),
  windows: fc.array(oneOf<Window>(...windows), { minLength: 2, maxLength: 2 }),
  changed: fc.record({ at: fc.nat(6), statusClasses, weights }),
  archived: fc.nat(3),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

const metering = await testMetering();

/** One account through a history of usage, changes of meters and of limits. */
class World {
  readonly account = new TestAccount(metering);
  readonly taken: TakenItem[] = [];
  readonly customers: readonly TestCustomer[] = [this.account.customer(), this.account.customer()];
  readonly testKeys = this.customers.map((one) => this.account.key(one, { test: true }));
  readonly base = new Date(Math.ceil(metering.clock.now().getTime() / HOUR_MS) * HOUR_MS);
  meters: readonly Meter[] = [];

  travelTo(minutes: number): Date {
    const time = new Date(this.base.getTime() + minutes * MINUTE_MS);
    metering.clock.travelTo(time);
    return time;
  }

  customerAt(at: number): TestCustomer {
    const customer = this.customers[at];
    assert.ok(customer);
    return customer;
  }

  async define(inputs: History["meters"]): Promise<void> {
    const meters = inputs.map((input, at): Partial<MeterInput> => {
      const { aggregation } = input;
      const uniqueProperty = aggregation === "unique" ? "city" : "";
      const own = aggregation === "count" ? input.weights : [];
      return { ...input, name: `meter ${at}`, uniqueProperty, weights: own };
    });
    const made: Meter[] = [];
    for (const meter of meters) made.push(await defineMeter(this.account, meter));
    this.meters = made;
  }

  limits(customer: TestCustomer, windows: History["windows"]): LimitTerms[] {
    const ids = [this.account.accountId, ...this.meters.map(({ meterId }) => meterId)];
    return ids.map((meterId, at) => {
      const window = windows[at % windows.length] ?? "month";
      return this.account.limit(customer, 10n ** 12n, { meterId, window });
    });
  }

  async entitle(customer: TestCustomer, limits: LimitTerms[], version = 1n): Promise<void> {
    const told = this.account.entitlement(customer, { limits, version, revision: version });
    await metering.needs.storage.inAccount(this.account.accountId, (store) => {
      return applyEntitlement(store, told, metering.clock.now());
    });
  }

  /** Records calls, and expects those cells to be rejected that a meter has to look into. */
  async record(calls: readonly Call[], now: Date): Promise<void> {
    const items = calls.map((one) => this.#takenOf(one, now));
    const meters = await naiveMeters(this.account);
    const isGood = ({ item }: TakenItem) => !naiveNeedsEvents(meters, item);
    const receipt = await this.account.record(items.map(({ item }) => item));
    const good = items.filter(isGood);
    assert.equal(receipt.rejected, items.length - good.length);
    assert.equal(receipt.retryCells.length + receipt.retryEvents.length, 0);
    this.taken.push(...good);
  }

  #takenOf(one: Call, now: Date): TakenItem {
    const customer = this.customerAt(one.customer);
    const keyId = one.test ? (this.testKeys[one.customer] ?? "") : customer.keyId;
    const sinceBase = now.getTime() - this.base.getTime();
    const time = new Date(now.getTime() - Math.min(one.minutesAgo * MINUTE_MS, sinceBase));
    const { endpoint, method, refused, units } = one;
    const status = refused ? 0 : one.status;
    const words = { endpoint, method, refused, units, status, time };
    const item: TestItem =
      one.kind === "event"
        ? this.account.event({ keyId }, { ...words, properties: one.properties })
        : this.account.cell({ keyId }, one.count, words);
    const { customerId, subscriptionId } = customer;
    return { item: { ...item, time }, customerId, keyId, subscriptionId, test: one.test };
  }
}

/**
 * Meters that look at each call count from 0:15, the changed one has new values from 0:45, the
 * archived one ends at 1:15; a batch has calls of the last half hour.
 */
async function live(world: World, told: History): Promise<void> {
  const { account } = world;
  const [one, other] = [world.customerAt(0), world.customerAt(1)];
  await world.define(told.meters);
  await world.entitle(one, world.limits(one, told.windows));
  await new TestGate(account).ask(one, 0);
  await world.record(told.batches[0], world.travelTo(29));
  const { at, ...values } = told.changed;
  const changed = world.meters[at % (world.meters.length + 1)];
  const weighs = changed?.aggregation === "count";
  await updateMeter(
    account,
    changed?.meterId ?? account.accountId,
    weighs ? values : { statusClasses: values.statusClasses },
  );
  await world.entitle(other, world.limits(other, told.windows));
  await world.record(told.batches[1], world.travelTo(58));
  const archived = world.meters[told.archived];
  if (archived !== undefined) await archiveMeter(account, archived.meterId);
  const more = [...world.limits(one, told.windows), ...world.limits(one, ["day"])];
  await world.entitle(one, more, 2n);
  await world.record(told.batches[2], world.travelTo(89));
}

async function compareQuotas({ account, customers, taken }: World): Promise<void> {
  const meters = await naiveMeters(account);
  for (const { customerId, subscriptionId } of customers) {
    const page = { customerId, pageSize: 0, pageToken: "" };
    const { quotas } = await metering.app.listQuotas(account.accountId, page);
    assert.ok(quotas.length > 0);
    for (const quota of quotas) {
      if (!("span" in quota)) throw new Error("nobody made a rate here");
      const { limit, span, consumed } = quota;
      const meter = meters.find(({ meterId }) => meterId === limit.meterId);
      const own = taken.filter(({ item, ...whose }) => {
        const isIn = item.time >= span.start && item.time < span.end;
        return isIn && !whose.test && whose.subscriptionId === subscriptionId;
      });
      assert.ok(meter);
      assert.equal(consumed, naiveValue(meter, own), `${meter.aggregation} over a ${limit.window}`);
    }
  }
}

const GROUPS = [
  [],
  ["customer"],
  ["key", "status-class"],
  ["endpoint", "method"],
  ["customer", "endpoint"],
] as const;

async function compareQueries({ account, base, taken }: World): Promise<void> {
  const range = { startTime: base, endTime: new Date(base.getTime() + 2 * HOUR_MS) };
  const filter = { customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] };
  for (const meter of await naiveMeters(account)) {
    for (const [at, groupBy] of GROUPS.entries()) {
      const test = at % 2 === 1;
      const asked = { ...range, groupBy, granularity: "quarter-hour" as const };
      const answer = await readMeter(account, meter.meterId, {
        ...asked,
        filter: { ...filter, test },
      });
      const own = taken.filter((one) => one.test === test);
      const found = answer.rows.map(({ interval, group, value }) => {
        const start = answer.question.intervals[interval]?.start.getTime();
        return [`${start} ${groupName(groupBy, group)}`, value];
      });
      const expected = [...groupsOf(own, groupBy)].map(([name, items]) => {
        return [name, naiveValue(meter, items)] as const;
      });
      const nonzero = expected.filter(([, value]) => value > 0n);
      assert.deepEqual(new Map(found as [string, bigint][]), new Map(nonzero));
      assert.equal(answer.total.value, naiveValue(meter, own));
    }
  }
}

function groupsOf(taken: readonly TakenItem[], groupBy: readonly string[]) {
  return Map.groupBy(taken, (one) => {
    const { endpoint, method, statusClass, bucketStart } = callsOf(one.item);
    const { customerId, keyId } = one;
    const group = { customerId, keyId, endpoint, method, statusClass, other: false };
    return `${bucketStart.getTime()} ${groupName(groupBy, group)}`;
  });
}

function groupName(groupBy: readonly string[], group: UsageGroup): string {
  const { customerId, keyId, endpoint, method, statusClass } = group;
  const names = { customer: customerId, key: keyId, endpoint, method, "status-class": statusClass };
  return groupBy.map((name) => names[name as keyof typeof names]).join(" ");
}

async function compareSeals({ account, customers, base, taken }: World): Promise<void> {
  const { start, end } = account.month();
  metering.clock.travelTo(new Date(end.getTime() + 25 * HOUR_MS));
  const split = new Date(base.getTime() + 45 * MINUTE_MS);
  for (const { customerId, subscriptionId } of customers) {
    const edges = { startTime: start, endTime: end, splitTimes: [split] };
    const reference = { customerId, subscriptionId, ...edges };
    const [sealed] = await metering.app.sealPeriods(account.accountId, [reference]);
    const found = (sealed?.usage ?? []).map(({ stretch, meterId, endpoint, method, units }) => {
      return [`${stretch.start.getTime()} ${meterId} ${endpoint} ${method}`, units] as const;
    });
    const own = taken.filter((one) => one.customerId === customerId && !one.test);
    const expected = new Map<string, bigint>();
    for (const meter of await naiveMeters(account)) {
      const single = meter.aggregation === "max" || meter.aggregation === "unique";
      const groups = Map.groupBy(own, ({ item: { time, endpoint, method } }) => {
        const from = (time < split ? start : split).getTime();
        return `${from} ${meter.meterId} ${single ? " " : `${endpoint} ${method}`}`;
      });
      for (const [name, items] of groups) expected.set(name, naiveValue(meter, items));
    }
    const nonzero = [...expected].filter(([, units]) => units > 0n);
    assert.deepEqual(new Map(found), new Map(nonzero));
    assert.equal(found.length, new Map(found).size, "a row stands once");
  }
}

it("whatever meters, usage and changes: counters, queries and seals agree with each call by itself", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (told) => {
      const world = new World();
      world.travelTo(0);
      await live(world, told);
      await compareQuotas(world);
      await compareQueries(world);
      await reconcile(world.account);
      await compareSeals(world);
      await reconcile(world.account);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
