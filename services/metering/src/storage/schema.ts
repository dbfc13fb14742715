import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Window } from "@tollbook/domain";
import type { FailureMode } from "../domain/usage-limit.ts";

/** Rows as MikroORM sees them; the tables themselves are made by the migrations. */
export const AccountRow = defineEntity({
  name: "AccountRow",
  tableName: "account",
  properties: {
    accountId: p.uuid().primary(),
    timeZone: p.text(),
    version: p.bigint("bigint"),
  },
});

export const CustomerRow = defineEntity({
  name: "CustomerRow",
  tableName: "customer",
  properties: {
    accountId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    fence: p.bigint("bigint"),
    entitled: p.boolean(),
  },
});

export const KeyRow = defineEntity({
  name: "KeyRow",
  tableName: "customer_key",
  properties: {
    accountId: p.uuid().primary(),
    keyId: p.uuid().primary(),
    customerId: p.uuid(),
    subscriptionId: p.uuid().nullable(),
    test: p.boolean(),
    keySha256: p.blob().name("key_sha256").nullable(),
    version: p.bigint("bigint"),
  },
});

export const EntitlementRow = defineEntity({
  name: "EntitlementRow",
  tableName: "entitlement",
  properties: {
    accountId: p.uuid().primary(),
    subscriptionId: p.uuid().primary(),
    customerId: p.uuid(),
    isDefault: p.boolean(),
    timeZone: p.text(),
    planName: p.text(),
    thresholdPercents: p.array<number>().columnType("integer[]"),
    startTime: p.datetime(),
    endTime: p.datetime().nullable(),
    version: p.bigint("bigint"),
    revision: p.bigint("bigint"),
  },
});

export const BillingPeriodRow = defineEntity({
  name: "BillingPeriodRow",
  tableName: "billing_period",
  properties: {
    accountId: p.uuid().primary(),
    subscriptionId: p.uuid().primary(),
    periodStart: p.datetime().primary(),
    periodEnd: p.datetime(),
    customerId: p.uuid(),
    sealNumber: p.integer(),
    fence: p.bigint("bigint"),
  },
});

export const UsageLimitRow = defineEntity({
  name: "UsageLimitRow",
  tableName: "usage_limit",
  properties: {
    accountId: p.uuid().primary(),
    subjectId: p.uuid().primary(),
    limitId: p.uuid().primary(),
    customerId: p.uuid(),
    name: p.text(),
    meterId: p.uuid(),
    windowName: p.text().$type<Window>().nullable(),
    quota: p.bigint("bigint"),
    hard: p.boolean(),
    headroomPercent: p.smallint(),
    failureMode: p.text().$type<FailureMode>(),
    openBudgetCalls: p.bigint("bigint"),
    version: p.bigint("bigint"),
    countedFrom: p.datetime(),
    ratePerMinuteMilli: p.bigint("bigint"),
    burst: p.bigint("bigint"),
  },
});

export type CustomerRow = InferEntity<typeof CustomerRow>;
export type KeyRow = InferEntity<typeof KeyRow>;
export type EntitlementRow = InferEntity<typeof EntitlementRow>;
export type BillingPeriodRow = InferEntity<typeof BillingPeriodRow>;
export type UsageLimitRow = InferEntity<typeof UsageLimitRow>;

export const entities = [
  AccountRow,
  CustomerRow,
  KeyRow,
  EntitlementRow,
  BillingPeriodRow,
  UsageLimitRow,
];
