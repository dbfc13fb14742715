import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval } from "@tollbook/domain";
import {
  billingPeriodAt,
  type CustomerBook,
  type Subscription,
  subscriptionInForce,
} from "./customer-book.ts";

const day = (number: number) => new Date(Date.UTC(2026, 10, number));
const subscription = (
  subscriptionId: string,
  isDefault: boolean,
  startTime: Date,
  endTime?: Date,
): Subscription => ({
  ...{ subscriptionId, isDefault, startTime, endTime, timeZone: "UTC", planName: "Free" },
  ...{ thresholdPercents: [], limits: [], rates: [] },
  periods: [{ ...interval(day(1), day(10)), sealNumber: 0 }],
});
const book = (...subscriptions: Subscription[]): CustomerBook => ({
  ...{ customerId: "abc", fence: 0n, entitled: true, accountZone: undefined },
  subscriptions,
});
const ids = (...asked: [CustomerBook, string | undefined, Date][]) => {
  return asked.map((one) => subscriptionInForce(...one)?.subscriptionId);
};

describe("a call is charged to", () => {
  it("the subscription its key names, else the customer's default", () => {
    const both = book(subscription("main", true, day(1)), subscription("extra", false, day(1)));
    assert.deepEqual(ids([both, "extra", day(5)], [both, undefined, day(5)]), ["extra", "main"]);
  });

  it("the default once the named one has ended, or before it begins", () => {
    const extra = subscription("extra", false, day(3), day(6));
    const both = book(subscription("main", true, day(1)), extra);
    const at = (number: number) => ids([both, "extra", day(number)])[0];
    assert.deepEqual([2, 3, 5, 6].map(at), ["main", "extra", "extra", "main"]);
  });

  it("nobody before the first subscription and after the last", () => {
    const only = book(subscription("main", true, day(3), day(6)));
    const at = (number: number) => ids([only, undefined, day(number)])[0];
    assert.deepEqual([2, 3, 6].map(at), [undefined, "main", undefined]);
  });
});

describe("a billing period", () => {
  it("is half-open, and unknown outside those told", () => {
    const main = subscription("main", true, day(1));
    const known = [day(1), day(9), day(10)].map((at) => billingPeriodAt(main, at) !== undefined);
    assert.deepEqual(known, [true, true, false]);
  });
});
