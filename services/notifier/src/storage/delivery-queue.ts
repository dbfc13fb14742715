import type { Database } from "@tollbook/service";
import { answeredRequestDays } from "@tollbook/service/storage";
import type { Claimed, DeliveryQueue } from "../app/needs.ts";
import type { Delivery, DeliveryState, Letter } from "../domain/delivery.ts";
import type { Settled } from "../domain/outcome.ts";
import { accountOf } from "./account-of.ts";
import { workChannel } from "./wake.ts";

/** A year and a month: whether last year's invoice was mailed can be seen this year. */
export const deliveriesKeptDays = 400;

/** Rows of one delete: some milliseconds of locks. */
const trimBatch = 1_000;

/** The sender's side of deliveries. */
export const deliveryQueue = (database: Database): DeliveryQueue => ({
  async claim(limit, leaseMs) {
    const rows = await database.asWorker((tx) => tx.sql<ClaimedRow>(claim, [limit, leaseMs]));
    return rows.map(toClaimed);
  },

  async renew(claimIds, leaseMs) {
    await database.asWorker((tx) => tx.sql(renew, [claimIds, leaseMs]));
  },

  async settle(tx, { claimId, delivery }, settled) {
    const values = [accountOf(tx), delivery.deliveryId, claimId, ...settledValues(settled)];
    return (await tx.sql(settle, values)).length > 0;
  },

  onWork: (listener) => database.listen(workChannel, listener),

  async trim() {
    const trimmed = await database.asWorker(async (tx) => [
      ...(await tx.sql(trimDeliveries, [deliveriesKeptDays, trimBatch])),
      ...(await tx.sql(trimAnswers, [answeredRequestDays, trimBatch])),
    ]);
    return trimmed.length >= trimBatch;
  },
});

interface ClaimedRow {
  claim_id: string;
  waited_ms: number;
  account_id: string;
  delivery_id: string;
  event_id: string;
  recipient: string;
  customer_id: string;
  subject: string;
  letter: Letter;
  message_id: string;
  state: DeliveryState;
  attempts: number;
  last_answer: string;
  create_time: Date;
}

function toClaimed(row: ClaimedRow): Claimed {
  const delivery: Delivery = {
    accountId: row.account_id,
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    recipient: row.recipient,
    customerId: row.customer_id,
    subject: row.subject,
    letter: row.letter,
    messageId: row.message_id,
    state: row.state,
    attempts: row.attempts,
    lastAnswer: row.last_answer,
    createTime: row.create_time,
  };
  return { claimId: row.claim_id, waitedMs: row.waited_ms, delivery };
}

function settledValues(settled: Settled): unknown[] {
  const { state, answer } = settled;
  const pauseMs = settled.state === "pending" ? settled.pauseMs : 0;
  const uncounted = settled.state === "pending" && !settled.counted ? 1 : 0;
  const sentTime = settled.state === "sent" ? settled.sentTime : null;
  return [state, answer, pauseMs, uncounted, sentTime];
}

/** The attempt counts from here, so that one which ends its process is counted too. */
const claim = `
  update delivery set claim_id = gen_random_uuid(), attempts = attempts + 1,
    next_attempt_time = now() + $2::float8 * interval '1 millisecond'
  where (account_id, delivery_id) in (
    select account_id, delivery_id from delivery
    where state = 'pending' and next_attempt_time <= now()
    order by next_attempt_time limit $1::integer for update skip locked
  )
  returning claim_id, account_id, delivery_id, event_id, recipient, customer_id, subject, letter,
    message_id, state, attempts, last_answer, create_time,
    (extract(epoch from now() - queued_time) * 1000)::float8 as waited_ms`;

const renew = `
  update delivery set next_attempt_time = now() + $2::float8 * interval '1 millisecond'
  where state = 'pending' and claim_id = any($1::uuid[])`;

const settle = `
  update delivery set state = $4, last_answer = $5, claim_id = null,
    next_attempt_time = now() + $6::float8 * interval '1 millisecond',
    attempts = attempts - $7::integer, sent_time = $8::timestamptz
  where account_id = $1 and delivery_id = $2 and state = 'pending'
    and (claim_id = $3 or $4 = 'sent')
  returning 1`;

const trimDeliveries = `
  delete from delivery where (account_id, delivery_id) in (
    select account_id, delivery_id from delivery
    where queued_time < now() - make_interval(days => $1::integer) and state <> 'pending'
    order by queued_time limit $2::integer for update skip locked
  )
  returning 1`;

const trimAnswers = `
  delete from answered_request where (account_id, request_id) in (
    select account_id, request_id from answered_request
    where first_time < now() - make_interval(days => $1::integer)
    order by first_time limit $2::integer
  )
  returning 1`;
