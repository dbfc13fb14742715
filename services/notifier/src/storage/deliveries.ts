import { LockMode } from "@mikro-orm/core";
import type { Tx } from "@tollbook/service";
import type { Deliveries } from "../app/needs.ts";
import type { Delivery } from "../domain/delivery.ts";
import { deliveryNotFound } from "../domain/errors.ts";
import { accountOf } from "./account-of.ts";
import { DeliveryRow } from "./schema.ts";
import { wakeWorkers } from "./wake.ts";

/** What is said to whom, within one account. */
export const deliveries: Deliveries = {
  async add(tx, added) {
    const rows = JSON.stringify(added.map(toRow));
    const taken = await tx.sql<{ delivery_id: string }>(add, [accountOf(tx), rows]);
    await wakeWorkers(tx);
    const ids = new Set(taken.map((row) => row.delivery_id));
    return added.filter(({ deliveryId }) => ids.has(deliveryId));
  },

  get: (tx, deliveryId) => one(tx, deliveryId, LockMode.NONE),

  getForChange: (tx, deliveryId) => one(tx, deliveryId, LockMode.PESSIMISTIC_WRITE),

  async list(tx, page, customerId) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { deliveryId: { $lt: page.beforeId } }),
      ...(customerId && { customerId }),
    };
    const order = { orderBy: { deliveryId: "desc" as const }, limit: page.size + 1 };
    return (await tx.em.find(DeliveryRow, where, order)).map(toDelivery);
  },

  async requeue(tx, deliveryId, recipient) {
    await tx.sql(requeue, [accountOf(tx), deliveryId, recipient]);
    await wakeWorkers(tx);
  },
};

async function one(tx: Tx, deliveryId: string, lockMode: LockMode): Promise<Delivery> {
  const where = { accountId: accountOf(tx), deliveryId };
  // Read anew: within one transaction a delivery is also changed by statements of its own.
  const row = await tx.em.findOne(DeliveryRow, where, { lockMode, refresh: true });
  if (!row) throw deliveryNotFound(deliveryId);
  return toDelivery(row);
}

function toDelivery({ template: _, sentTime, ...row }: DeliveryRow): Delivery {
  const { accountId, deliveryId, eventId, recipient, customerId, subject, letter } = row;
  const { messageId, state, attempts, lastAnswer, createTime } = row;
  return {
    accountId,
    deliveryId,
    eventId,
    recipient,
    customerId,
    subject,
    letter,
    messageId,
    state,
    attempts,
    lastAnswer,
    createTime,
    ...(sentTime && { sentTime }),
  };
}

function toRow(delivery: Delivery) {
  return {
    delivery_id: delivery.deliveryId,
    event_id: delivery.eventId,
    template: delivery.letter.template,
    recipient: delivery.recipient,
    customer_id: delivery.customerId,
    subject: delivery.subject,
    letter: delivery.letter,
    message_id: delivery.messageId,
    state: delivery.state,
    last_answer: delivery.lastAnswer,
    create_time: delivery.createTime,
  };
}

const add = `
  insert into delivery (account_id, delivery_id, event_id, template, recipient, customer_id,
    subject, letter, message_id, state, last_answer, create_time)
  select $1::uuid, delivery_id, event_id, template, recipient, customer_id,
    subject, letter, message_id, state, last_answer, create_time
  from jsonb_to_recordset($2::jsonb) as d(delivery_id uuid, event_id uuid, template text,
    recipient text, customer_id uuid, subject text, letter jsonb, message_id text, state text,
    last_answer text, create_time timestamptz)
  on conflict do nothing
  returning delivery_id`;

/** One that is being sent right now is left to whoever sends it. */
const requeue = `
  update delivery set state = 'pending', recipient = $3, queued_time = now(),
    next_attempt_time = now(), claim_id = null, sent_time = null
  where account_id = $1 and delivery_id = $2 and (state <> 'pending' or claim_id is null)`;
