import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Party } from "../domain/party.ts";
import type { TermsDocument } from "./terms-document.ts";

/** Rows as MikroORM sees them; the tables themselves are made by the migrations. */
export const AccountRefRow = defineEntity({
  name: "AccountRefRow",
  tableName: "account_ref",
  properties: {
    accountId: p.uuid().primary(),
    name: p.text(),
    timeZone: p.text(),
    currency: p.text(),
    country: p.text(),
    version: p.bigint("bigint"),
  },
});

export const CustomerRefRow = defineEntity({
  name: "CustomerRefRow",
  tableName: "customer_ref",
  properties: {
    accountId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    name: p.text(),
    email: p.text(),
    legalName: p.text(),
    addressLines: p.array(),
    city: p.text(),
    postalCode: p.text(),
    state: p.text(),
    country: p.text(),
    taxNumber: p.text(),
    billingEmail: p.text(),
    version: p.bigint("bigint"),
  },
});

export const PlanRow = defineEntity({
  name: "PlanRow",
  tableName: "plan",
  properties: {
    accountId: p.uuid().primary(),
    planId: p.uuid().primary(),
    newestVersion: p.integer(),
    createTime: p.datetime(),
    archiveTime: p.datetime().nullable(),
  },
});

export const PlanDraftRow = defineEntity({
  name: "PlanDraftRow",
  tableName: "plan_draft",
  properties: {
    accountId: p.uuid().primary(),
    planId: p.uuid().primary(),
    terms: p.json<TermsDocument>(),
    createTime: p.datetime(),
  },
});

export const PlanVersionRow = defineEntity({
  name: "PlanVersionRow",
  tableName: "plan_version",
  properties: {
    accountId: p.uuid().primary(),
    planId: p.uuid().primary(),
    version: p.integer().primary(),
    terms: p.json<TermsDocument>(),
    createTime: p.datetime(),
    publishTime: p.datetime(),
  },
});

export const BillingProfileRow = defineEntity({
  name: "BillingProfileRow",
  tableName: "billing_profile",
  properties: {
    accountId: p.uuid().primary(),
    supplier: p.json<Party>(),
    invoiceSeries: p.text(),
    dueDays: p.integer(),
    sac: p.text(),
    upiAddress: p.text(),
    footer: p.text(),
  },
});

export const SubscriptionRow = defineEntity({
  name: "SubscriptionRow",
  tableName: "subscription",
  properties: {
    accountId: p.uuid().primary(),
    subscriptionId: p.uuid().primary(),
    customerId: p.uuid(),
    isDefault: p.boolean(),
    startTime: p.datetime(),
    endTime: p.datetime().nullable(),
    withoutFinalInvoice: p.boolean(),
    periodStartTime: p.datetime(),
    periodEndTime: p.datetime(),
    turnedOff: p.boolean(),
    toldTerm: p.integer(),
    version: p.bigint("bigint"),
    revision: p.bigint("bigint"),
  },
});

export const SubscriptionTermRow = defineEntity({
  name: "SubscriptionTermRow",
  tableName: "subscription_term",
  properties: {
    accountId: p.uuid().primary(),
    subscriptionId: p.uuid().primary(),
    number: p.integer().primary(),
    startTime: p.datetime(),
    planId: p.uuid(),
    planVersion: p.integer(),
    decideTime: p.datetime(),
  },
});

export const BillingRunRow = defineEntity({
  name: "BillingRunRow",
  tableName: "billing_run",
  properties: {
    accountId: p.uuid().primary(),
    billingRunId: p.uuid().primary(),
    state: p.text().$type<"running" | "done" | "incomplete">(),
    periodsTotal: p.integer(),
    periodsDone: p.integer(),
    invoices: p.integer(),
    startTime: p.datetime(),
    endTime: p.datetime().nullable(),
    lastProblem: p.text(),
  },
});

export type AccountRefRow = InferEntity<typeof AccountRefRow>;
export type CustomerRefRow = InferEntity<typeof CustomerRefRow>;
export type PlanRow = InferEntity<typeof PlanRow>;
export type PlanVersionRow = InferEntity<typeof PlanVersionRow>;
export type BillingProfileRow = InferEntity<typeof BillingProfileRow>;
export type SubscriptionRow = InferEntity<typeof SubscriptionRow>;
export type SubscriptionTermRow = InferEntity<typeof SubscriptionTermRow>;
export type BillingRunRow = InferEntity<typeof BillingRunRow>;

export const entities = [
  AccountRefRow,
  CustomerRefRow,
  PlanRow,
  PlanDraftRow,
  PlanVersionRow,
  BillingProfileRow,
  SubscriptionRow,
  SubscriptionTermRow,
  BillingRunRow,
];
