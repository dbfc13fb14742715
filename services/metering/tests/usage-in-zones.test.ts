import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Granularity } from "@tollbook/domain";
import fc from "fast-check";
import { foldDays } from "../src/app/fold-days.ts";
import type { UsageDimension } from "../src/app/usage-query-store.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount } from "./test-account.ts";
import type { TestItem } from "./test-item.ts";
import { START, testMetering } from "./test-metering.ts";

/**
 * Calls at any time of 34 days in which New York's clocks were set back, counted before and after
 * their days were folded, by the zone of the account or another. Whatever is asked, the answer is
 * the sum of the single calls by their local dates, as the calendar of Intl tells them.
 */
const ZONES = ["Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "UTC"];
const MINUTES = 34 * 24 * 60;
const ENDPOINTS = ["/v1/a", "/v1/b", "/v1/c"];

const metering = await testMetering();
const zone = fc.constantFrom(...ZONES);
const call = fc.record({
  minutesAgo: fc.integer({ min: 0, max: MINUTES }),
  customer: fc.nat({ max: 2 }),
  endpoint: fc.nat({ max: ENDPOINTS.length - 1 }),
  status: fc.constantFrom(200, 404),
  count: fc.integer({ min: 1, max: 9 }),
});
const calls = fc.array(call, { maxLength: 25 });
const question = fc.record({
  zone,
  granularity: fc.constantFrom<Granularity | undefined>("day", "month", "hour", undefined),
  groupBy: fc.constantFrom<readonly UsageDimension[]>(
    [],
    ["customer"],
    ["customer", "endpoint"],
    ["status-class"],
  ),
  oneCustomer: fc.boolean(),
  /** Of the range's start and end, so that it may begin in the middle of a day. */
  trimMinutes: fc.tuple(fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 })),
});
const story = fc.record({
  zone,
  movedTo: fc.option(zone),
  before: calls,
  after: calls,
  questions: fc.array(question, { minLength: 3, maxLength: 3 }),
});

type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never;

/** The local hour, date, month or nothing that a time falls into. */
function label(time: Date, zoneName: string, granularity: Granularity | undefined): string {
  if (granularity === undefined) return "";
  const parts = new Intl.DateTimeFormat("en-CA", {
    ...{ timeZone: zoneName, year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", hourCycle: "h23", timeZoneName: "longOffset" },
  }).formatToParts(time);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  if (granularity === "month") return `${part("year")}-${part("month")}`;
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  return granularity === "day" ? day : `${day} ${part("hour")} ${part("timeZoneName")}`;
}

/** An account in a zone, with three customers and what they called. */
class Story {
  readonly account = new TestAccount(metering);
  readonly customers = [0, 1, 2].map(() => this.account.customer());
  readonly sent: TestItem[] = [];

  inZone(name: string, version: bigint) {
    const { accountId } = this.account;
    return metering.needs.storage.inAccount(accountId, ({ references }) => {
      return references.saveAccountZone(name, version);
    });
  }

  async call(told: readonly Call[]) {
    if (told.length === 0) return;
    const items = told.map(({ minutesAgo, customer, endpoint, status, count }) => {
      const time = new Date(START.getTime() - minutesAgo * 60_000);
      const who = this.customers[customer] as (typeof this.customers)[0];
      return this.account.cell(who, BigInt(count), {
        ...{ time, status, endpoint: ENDPOINTS[endpoint] ?? "" },
      });
    });
    this.sent.push(...items);
    await this.account.record(items);
  }

  async ask({ zone: timeZone, granularity, groupBy, oneCustomer, trimMinutes }: Question) {
    const quarter = (minutes: number) => Math.floor(minutes / 15) * 15 * 60_000;
    const startTime = new Date(START.getTime() - MINUTES * 60_000 + quarter(trimMinutes[0]));
    const endTime = new Date(START.getTime() + 900_000 - quarter(trimMinutes[1]));
    const customerIds = oneCustomer ? [this.customers[0]?.customerId ?? ""] : [];
    const lists = { keyIds: [], endpoints: [], methods: [], statusClasses: [] };
    const { rows, question: asked } = await metering.app.queryUsage(this.account.accountId, {
      ...{ startTime, endTime, granularity, timeZone, groupBy, top: 0, latency: false },
      ...{
        filter: { ...lists, customerIds, test: false },
        meterId: "",
        pageSize: 10_000,
        pageToken: "",
      },
    });
    const found = rows.map(({ interval, group, calls: sum }) => {
      const start = asked.intervals[interval]?.start ?? new Date(0);
      const values = [group.customerId, group.endpoint, group.statusClass];
      return [label(start, timeZone, granularity), ...values.map(String), sum].join(" | ");
    });
    const sums = new Map<string, bigint>();
    for (const item of this.sent) {
      const time = item.time as Date;
      const customerId = this.#customerOf(item);
      const isAsked = customerIds.length === 0 || customerIds.includes(customerId);
      if (!isAsked || time < startTime || time >= endTime) continue;
      const values = [
        groupBy.includes("customer") ? customerId : undefined,
        groupBy.includes("endpoint") ? item.endpoint : undefined,
        groupBy.includes("status-class") ? Math.floor(item.status / 100) : undefined,
      ];
      const name = [label(time, timeZone, granularity), ...values.map(String)].join(" | ");
      sums.set(name, (sums.get(name) ?? 0n) + item.count);
    }
    assert.deepEqual(found.sort(), [...sums].map(([name, sum]) => `${name} | ${sum}`).sort());
  }

  #customerOf({ caller }: TestItem): string {
    const customer = this.customers.find(({ keyId }) => {
      return caller?.kind === "key" && caller.keyId === keyId;
    });
    return customer?.customerId ?? "";
  }
}

describe("usage in any zone", () => {
  it("is the sum of the single calls, before and after their days are folded", async () => {
    const property = fc.asyncProperty(
      story,
      async ({ zone, movedTo, before, after, questions }) => {
        const told = new Story();
        await told.inZone(zone, 0n);
        await told.call(before);
        await foldDays(metering.needs);
        if (movedTo !== null) await told.inZone(movedTo, 1n);
        await told.call(after);
        for (const question of questions) await told.ask(question);
        await foldDays(metering.needs);
        for (const question of questions) await told.ask(question);
        await reconcile(told.account);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
