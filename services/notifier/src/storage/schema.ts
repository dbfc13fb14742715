import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { DeliveryState, Letter, Template } from "../domain/delivery.ts";

/** Rows as MikroORM sees them; the tables themselves are made by the migrations. */
export const AccountReferenceRow = defineEntity({
  name: "AccountReferenceRow",
  tableName: "account_reference",
  properties: {
    accountId: p.uuid().primary(),
    name: p.text(),
    timeZone: p.text(),
    currency: p.text(),
    ownerEmails: p.array(),
    version: p.bigint("bigint"),
  },
});

export const CustomerReferenceRow = defineEntity({
  name: "CustomerReferenceRow",
  tableName: "customer_reference",
  properties: {
    accountId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    externalId: p.text(),
    name: p.text(),
    email: p.text(),
    billingEmail: p.text(),
    version: p.bigint("bigint"),
  },
});

/** Without what only the sender's own statements touch: claims and due times. */
export const DeliveryRow = defineEntity({
  name: "DeliveryRow",
  tableName: "delivery",
  properties: {
    accountId: p.uuid().primary(),
    deliveryId: p.uuid().primary(),
    eventId: p.uuid(),
    template: p.text().$type<Template>(),
    recipient: p.text(),
    customerId: p.uuid(),
    subject: p.text(),
    letter: p.json<Letter>(),
    messageId: p.text(),
    state: p.text().$type<DeliveryState>(),
    attempts: p.integer(),
    lastAnswer: p.text(),
    createTime: p.datetime(),
    sentTime: p.datetime().nullable(),
  },
});

export type DeliveryRow = InferEntity<typeof DeliveryRow>;

export const entities = [AccountReferenceRow, CustomerReferenceRow, DeliveryRow];
