import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { BillingDetails } from "../domain/customer.ts";
import type { KeyLimitDocument } from "./key-limits.ts";

/** Rows as MikroORM sees them; the tables themselves are made by the migrations. */
export const AccountRow = defineEntity({
  name: "AccountRow",
  tableName: "account",
  properties: {
    accountId: p.uuid().primary(),
    name: p.text(),
    timeZone: p.text(),
    currency: p.text(),
    country: p.text(),
    suspended: p.boolean(),
    defaultFailureMode: p.text().$type<"closed" | "open">(),
    version: p.bigint("bigint"),
    createTime: p.datetime(),
  },
});

export const MemberRow = defineEntity({
  name: "MemberRow",
  tableName: "member",
  properties: {
    accountId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    email: p.text(),
    name: p.text(),
    role: p.text().$type<"owner" | "admin" | "billing" | "viewer">(),
    passwordHash: p.text(),
    emailVerified: p.boolean(),
    createTime: p.datetime(),
  },
});

export const RootKeyRow = defineEntity({
  name: "RootKeyRow",
  tableName: "root_key",
  properties: {
    accountId: p.uuid().primary(),
    rootKeyId: p.uuid().primary(),
    name: p.text(),
    scopes: p.array(),
    lastFour: p.text(),
    hash: p.blob(),
    pepperVersion: p.integer(),
    createTime: p.datetime(),
    expireTime: p.datetime().nullable(),
    revokeTime: p.datetime().nullable(),
  },
});

export const CustomerRow = defineEntity({
  name: "CustomerRow",
  tableName: "customer",
  properties: {
    accountId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    externalId: p.text(),
    name: p.text(),
    email: p.text(),
    billing: p.json<BillingDetails>(),
    metadata: p.json<Record<string, string>>(),
    standing: p.text().$type<"good" | "suspended" | "unpaid">(),
    version: p.bigint("bigint"),
    createTime: p.datetime(),
  },
});

export const KeyRow = defineEntity({
  name: "KeyRow",
  tableName: "customer_key",
  properties: {
    accountId: p.uuid().primary(),
    keyId: p.uuid().primary(),
    customerId: p.uuid(),
    name: p.text(),
    prefix: p.text(),
    lastFour: p.text(),
    test: p.boolean(),
    state: p.text().$type<"active" | "disabled" | "revoked">(),
    subscriptionId: p.uuid().nullable(),
    scopes: p.array(),
    metadata: p.json<Record<string, string>>(),
    limits: p.json<KeyLimitDocument[]>(),
    hash: p.blob(),
    pepperVersion: p.integer(),
    version: p.bigint("bigint"),
    createTime: p.datetime(),
    expireTime: p.datetime().nullable(),
    revokeTime: p.datetime().nullable(),
  },
});

export type AccountRow = InferEntity<typeof AccountRow>;
export type MemberRow = InferEntity<typeof MemberRow>;
export type RootKeyRow = InferEntity<typeof RootKeyRow>;
export type CustomerRow = InferEntity<typeof CustomerRow>;
export type KeyRow = InferEntity<typeof KeyRow>;

export const entities = [AccountRow, MemberRow, RootKeyRow, CustomerRow, KeyRow];
