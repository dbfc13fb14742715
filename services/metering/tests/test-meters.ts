import type { UsageAnswer, UsageRequest } from "../src/app/query-usage.ts";
import type { MeterChange } from "../src/app/update-meter.ts";
import type { MeterInput } from "../src/domain/check-meter.ts";
import type { Meter } from "../src/domain/meter.ts";
import type { TestAccount } from "./test-account.ts";
import { START } from "./test-metering.ts";

const HOUR_MS = 3_600_000;

/** Defines a meter of an account: it counts every call, unless told otherwise. */
export function defineMeter(account: TestAccount, terms: Partial<MeterInput>): Promise<Meter> {
  const { needs, app } = account.metering;
  const input: MeterInput = {
    ...{ name: "history calls", aggregation: "count", endpointPatterns: [], methods: [] },
    ...{ statusClasses: [], properties: {}, uniqueProperty: "", weights: [] },
    ...terms,
  };
  return needs.storage.inAccount(account.accountId, (store) => app.createMeter(store, input));
}

export function updateMeter(account: TestAccount, meterId: string, change: MeterChange) {
  const { needs, app } = account.metering;
  return needs.storage.inAccount(account.accountId, (store) => {
    return app.updateMeter(store, meterId, change);
  });
}

export function archiveMeter(account: TestAccount, meterId: string): Promise<Meter> {
  const { needs, app } = account.metering;
  return needs.storage.inAccount(account.accountId, (store) => app.archiveMeter(store, meterId));
}

/** What a meter counted from an hour before the start of the test until an hour after it. */
export function readMeter(
  account: TestAccount,
  meterId: string,
  asked: Partial<UsageRequest> = {},
): Promise<UsageAnswer> {
  const start = START.getTime();
  const filter = { customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] };
  return account.metering.app.queryUsage(account.accountId, {
    ...{ startTime: new Date(start - HOUR_MS), endTime: new Date(start + HOUR_MS) },
    ...{ granularity: undefined, timeZone: "UTC", groupBy: [], filter: { ...filter, test: false } },
    ...{ top: 0, latency: false, meterId, pageSize: 0, pageToken: "" },
    ...asked,
  });
}

/** Values of the rows, and of all. */
export function valuesOf({ rows, total }: UsageAnswer) {
  return [...rows.map(({ value }) => value), "of", total.value];
}
