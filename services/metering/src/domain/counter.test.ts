import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId, WINDOWS } from "@tollbook/domain";
import { counterAt, isCounted } from "./counter.ts";
import type { CustomerBook } from "./customer-book.ts";
import type { UsageLimit } from "./usage-limit.ts";

const accountId = newId();
const book: CustomerBook = {
  ...{ customerId: newId(), fence: 0n, entitled: true, subscriptions: [] },
  accountZone: "Asia/Kathmandu",
};
const calendar = { book, subscription: undefined };
const limit: UsageLimit = {
  ...{ limitId: newId(), name: "calls", subjectId: newId(), customerId: book.customerId },
  ...{ meterId: accountId, window: "day", quota: 10n, hard: true, headroomPercent: 0 },
  ...{ failureMode: "default", openBudgetCalls: 0n, version: 1n, countedFrom: new Date(0) },
};
const noon = new Date("2026-11-10T12:00:00Z");

describe("a counter", () => {
  it("has an id made from its key: the same in every process, another for every difference", () => {
    const id = (change: Partial<UsageLimit>, test = false, at = noon, account = accountId) => {
      return counterAt(account, { ...limit, ...change }, test, at, calendar)?.counterId;
    };
    assert.equal(id({}), id({ quota: 99n, name: "other", limitId: newId() }));
    assert.match(
      id({}) ?? "",
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const others = [
      id({}),
      id({}, true),
      id({}, false, new Date("2026-11-12T12:00:00Z")),
      id({}, false, noon, newId()),
      id({ subjectId: newId() }),
      id({ meterId: newId() }),
      id({ window: "hour" }),
    ];
    assert.equal(new Set(others).size, others.length);
  });

  it("without a subscription keeps the account's calendar", () => {
    const { span } = counterAt(accountId, limit, false, noon, calendar) ?? {};
    assert.deepEqual(span?.start, new Date("2026-11-09T18:15:00Z"));
  });

  it("cannot be known without a zone or a billing period", () => {
    const nowhere = { book: { ...book, accountZone: undefined }, subscription: undefined };
    const known = WINDOWS.filter((window) => {
      return counterAt(accountId, { ...limit, window }, false, noon, nowhere) !== undefined;
    });
    assert.deepEqual(known, ["total"]);
  });

  it("of a window that began before its limit, or of an hour two days ago, does not count", () => {
    const counted = (change: Partial<UsageLimit>, now: Date) => {
      const one = { ...limit, ...change };
      const { span } = counterAt(accountId, one, false, noon, calendar) ?? {};
      return span !== undefined && isCounted(one, span, now);
    };
    const soon = new Date("2026-11-10T13:00:00Z");
    const late = new Date("2026-11-12T14:00:00Z");
    assert.equal(counted({}, late), true);
    assert.equal(counted({ countedFrom: noon }, soon), false);
    assert.deepEqual(
      [counted({ window: "hour" }, soon), counted({ window: "hour" }, late)],
      [true, false],
    );
  });
});
