import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import type { MeterInput } from "../src/domain/check-meter.ts";
import type { Meter } from "../src/domain/meter.ts";
import { TestAccount } from "./test-account.ts";
import { anotherProcess, START, testMetering } from "./test-metering.ts";
import { defineMeter } from "./test-meters.ts";

const LATER = new Date(START.getTime() + 900_000);

async function reasonsOf(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fields = error.violations?.map(({ field, reason }) => `${field} ${reason}`);
    return fields ?? [error.reason];
  }
  return [];
}

describe("meters", () => {
  it("are listed in the order they were made, the default one first, in pages", async () => {
    const account = new TestAccount(await testMetering());
    const { accountId, metering } = account;
    const made: Meter[] = [];
    for (const name of ["a", "b", "c"]) made.push(await defineMeter(account, { name }));
    const page = async (pageSize: number, pageToken = "", includeArchived = false) => {
      const asked = { pageSize, pageToken, includeArchived };
      const { meters, nextPageToken } = await metering.app.listMeters(accountId, asked);
      return { names: meters.map(({ name }) => name), nextPageToken };
    };
    const first = await page(1);
    assert.deepEqual(first.names, ["calls"]);
    const second = await page(2, first.nextPageToken);
    assert.deepEqual(second.names, ["a", "b"]);
    assert.deepEqual(await page(2, second.nextPageToken), { names: ["c"], nextPageToken: "" });
    await metering.needs.storage.inAccount(accountId, (store) => {
      return metering.app.archiveMeter(store, made[1]?.meterId ?? "");
    });
    assert.deepEqual((await page(9)).names, ["calls", "a", "c"]);
    assert.deepEqual((await page(9, "", true)).names, ["calls", "a", "b", "c"]);
    assert.deepEqual(await reasonsOf(() => page(1, first.nextPageToken, true)), [
      "page_token PAGE_TOKEN_MALFORMED",
    ]);
  });

  it("are another account's to nobody", async () => {
    const metering = await testMetering();
    const meter = await defineMeter(new TestAccount(metering), { name: "mine" });
    const { accountId } = new TestAccount(metering);
    const get = () => metering.app.getMeter(accountId, meter.meterId);
    assert.deepEqual(await reasonsOf(get), ["METER_NOT_FOUND"]);
    const { meters } = await metering.app.listMeters(accountId, {
      ...{ pageSize: 0, pageToken: "", includeArchived: true },
    });
    assert.deepEqual(
      meters.map(({ meterId, name }) => [meterId, name]),
      [[accountId, "calls"]],
    );
  });

  it("that make no sense are refused with everything that is wrong", async () => {
    const account = new TestAccount(await testMetering());
    const wrong: Partial<MeterInput> = {
      ...{ name: " ", aggregation: undefined, methods: ["get"], statusClasses: [0, 2, 2] },
      endpointPatterns: ["", "GET", "get /v1", "/v1 /v2"],
      properties: { ["x".repeat(65)]: "1" },
      uniqueProperty: "city",
      weights: [{ endpointPattern: "/v1/*", weight: 1_000_001n }],
    };
    assert.deepEqual(await reasonsOf(() => defineMeter(account, wrong)), [
      "meter.name MISSING",
      "meter.endpoint_patterns[0] PATTERN_MALFORMED",
      "meter.endpoint_patterns[2] PATTERN_MALFORMED",
      "meter.endpoint_patterns[3] PATTERN_MALFORMED",
      "meter.methods[0] METHOD_INVALID",
      "meter.properties PROPERTIES_INVALID",
      "meter.status_classes[0] OUT_OF_RANGE",
      "meter.status_classes REPEATED",
      "meter.weights[0].weight OUT_OF_RANGE",
      "meter.aggregation MISSING",
      "meter.unique_property NOT_APPLICABLE",
      "meter.weights NOT_APPLICABLE",
    ]);
    const many = Array.from({ length: 101 }, (_, at) => `/v1/${at}`);
    const weights = many.map((endpointPattern) => ({ endpointPattern, weight: 1n }));
    const tooMany = { endpointPatterns: many, methods: many, weights };
    const reasons = await reasonsOf(() => defineMeter(account, tooMany));
    assert.deepEqual(
      reasons.filter((reason) => reason.endsWith("TOO_MANY")),
      ["meter.endpoint_patterns TOO_MANY", "meter.methods TOO_MANY", "meter.weights TOO_MANY"],
    );
    const unique = { aggregation: "unique" } as const;
    assert.deepEqual(await reasonsOf(() => defineMeter(account, unique)), [
      "meter.unique_property MISSING",
    ]);
  });

  it("bear names of their own, until they are archived", async () => {
    const account = new TestAccount(await testMetering());
    const { metering, accountId } = account;
    const meter = await defineMeter(account, { name: "History" });
    for (const name of ["history", "Calls"]) {
      assert.deepEqual(await reasonsOf(() => defineMeter(account, { name })), [
        "METER_NAME_IN_USE",
      ]);
    }
    const { app, needs } = metering;
    const change = (meterId: string, name: string) => {
      return needs.storage.inAccount(accountId, (store) =>
        app.updateMeter(store, meterId, { name }),
      );
    };
    assert.equal((await change(meter.meterId, "HISTORY")).name, "HISTORY");
    const other = await defineMeter(account, { name: "other" });
    const clash = () => change(other.meterId, "history");
    assert.deepEqual(await reasonsOf(clash), ["METER_NAME_IN_USE"]);
    await needs.storage.inAccount(accountId, (store) => app.archiveMeter(store, meter.meterId));
    assert.equal((await change(other.meterId, "history")).name, "history");
    assert.deepEqual(await reasonsOf(() => change(meter.meterId, "x")), ["METER_IS_ARCHIVED"]);
  });

  it("are made once at most a hundred, also by many at once", async () => {
    const account = new TestAccount(await testMetering());
    const names = Array.from({ length: 99 }, (_, at) => `m${at}`);
    for (const name of names) await defineMeter(account, { name });
    const outcomes = await Promise.all(
      ["x", "y", "z"].map((name) => reasonsOf(() => defineMeter(account, { name }))),
    );
    assert.deepEqual(outcomes.flat(), ["TOO_MANY_METERS", "TOO_MANY_METERS"]);
  });

  it("change their values from a quarter hour on, and the newest change stands", async () => {
    const account = new TestAccount(await testMetering());
    const { metering, accountId } = account;
    const meter = await defineMeter(account, { name: "credits" });
    assert.deepEqual(
      meter.versions.map(({ effectiveTime }) => effectiveTime),
      [START],
    );
    const { app, needs } = metering;
    const weigh = (weight: bigint) => {
      const weights = [{ endpointPattern: "*", weight }];
      return needs.storage.inAccount(accountId, (store) => {
        return app.updateMeter(store, meter.meterId, { weights });
      });
    };
    await weigh(2n);
    const changed = await weigh(3n);
    const values = ({ versions }: typeof changed) => {
      return versions.map((one) => [one.effectiveTime, one.weights.map(({ weight }) => weight)]);
    };
    const expected = [
      [START, []],
      [LATER, [3n]],
    ];
    assert.deepEqual(values(changed), expected);
    assert.deepEqual(values(await weigh(3n)), expected);
    const other = anotherProcess(metering);
    assert.deepEqual(values(await other.getMeter(accountId, meter.meterId)), expected);
  });

  it("that are the default one take status classes and nothing else", async () => {
    const account = new TestAccount(await testMetering());
    const { app, needs } = account.metering;
    const { accountId } = account;
    const change = (values: Parameters<typeof app.updateMeter>[2]) => {
      return needs.storage.inAccount(accountId, (store) => {
        return app.updateMeter(store, accountId, values);
      });
    };
    const weights = [{ endpointPattern: "*", weight: 2n }];
    assert.deepEqual(await reasonsOf(() => change({ name: "x", weights })), [
      "meter.name NOT_APPLICABLE",
      "meter.weights NOT_APPLICABLE",
    ]);
    const { versions } = await change({ statusClasses: [2, 3] });
    assert.deepEqual(
      versions.map(({ statusClasses }) => statusClasses),
      [[], [2, 3]],
    );
    const archive = () => {
      return needs.storage.inAccount(accountId, (store) => app.archiveMeter(store, accountId));
    };
    assert.deepEqual(await reasonsOf(archive), ["METER_IS_DEFAULT"]);
  });

  it("that nobody has are not found", async () => {
    const account = new TestAccount(await testMetering());
    const { app, needs } = account.metering;
    const archive = () => {
      return needs.storage.inAccount(account.accountId, (store) =>
        app.archiveMeter(store, newId()),
      );
    };
    assert.deepEqual(await reasonsOf(archive), ["METER_NOT_FOUND"]);
    assert.deepEqual(await reasonsOf(() => app.getMeter(account.accountId, "x")), [
      "meter_id ID_MALFORMED",
    ]);
  });
});
