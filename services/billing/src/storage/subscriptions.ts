import { LockMode } from "@mikro-orm/core";
import type { Database, Tx } from "@tollbook/service";
import type { Subscriptions } from "../app/needs.ts";
import { subscriptionNotFound } from "../domain/errors.ts";
import type { StoredSubscription, SubscriptionTerm } from "../domain/subscription.ts";
import { accountOf } from "./account-of.ts";
import { SubscriptionRow, SubscriptionTermRow } from "./schema.ts";

/** Who is on which plan. */
export const subscriptionsIn = (database: Database): Subscriptions => ({
  ...reads,
  ...writes,

  async accountsDueForTurn(now, limit) {
    const text = `select distinct account_id as "accountId" from subscription
      where not turned_off and period_end_time <= $1 limit $2`;
    const rows = await database.asWorker((tx) => tx.sql<{ accountId: string }>(text, [now, limit]));
    return rows.map(({ accountId }) => accountId);
  },
});

type Written = "add" | "addTerm" | "save";
type Read = Exclude<keyof Subscriptions, Written | "accountsDueForTurn">;

const reads: Pick<Subscriptions, Read> = {
  get: (tx, subscriptionId) => one(tx, subscriptionId, LockMode.NONE),

  getForChange: (tx, subscriptionId) => one(tx, subscriptionId, LockMode.PESSIMISTIC_WRITE),

  async some(tx, subscriptionIds) {
    const where = { accountId: accountOf(tx), subscriptionId: { $in: [...subscriptionIds] } };
    return withTerms(tx, await tx.em.find(SubscriptionRow, where));
  },

  async ofCustomers(tx, customerIds) {
    const where = { accountId: accountOf(tx), customerId: { $in: [...customerIds] } };
    return withTerms(tx, await tx.em.find(SubscriptionRow, where));
  },

  async list(tx, page, customerId) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { subscriptionId: { $lt: page.beforeId } }),
      ...(customerId && { customerId }),
    };
    const order = { orderBy: { subscriptionId: "desc" as const }, limit: page.size + 1 };
    return withTerms(tx, await tx.em.find(SubscriptionRow, where, order));
  },

  async dueForTurn(tx, now, limit) {
    const where = {
      accountId: accountOf(tx),
      turnedOff: false,
      periodEndTime: { $lte: now },
    };
    const rows = await tx.em.find(SubscriptionRow, where, {
      orderBy: { subscriptionId: "asc" },
      limit,
      lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE,
    });
    return withTerms(tx, rows);
  },
};

const writes: Pick<Subscriptions, Written> = {
  async add(tx, subscription) {
    tx.em.create(SubscriptionRow, { ...toRow(subscription), accountId: accountOf(tx) });
    await tx.em.flush();
  },

  async save(tx, subscriptions) {
    if (subscriptions.length === 0) return;
    const rows = subscriptions.map((each) => ({
      subscription_id: each.subscriptionId,
      is_default: each.isDefault,
      end_time: each.endTime ?? null,
      without_final_invoice: each.withoutFinalInvoice,
      period_start_time: each.period.start,
      period_end_time: each.period.end,
      turned_off: each.turnedOff,
      told_term: each.toldTerm,
      version: each.version.toString(),
      revision: each.revision.toString(),
    }));
    await tx.sql(SAVE, [accountOf(tx), JSON.stringify(rows)]);
  },

  async addTerm(tx, subscriptionId, term, decideTime) {
    const row = { accountId: accountOf(tx), subscriptionId, decideTime, ...term };
    tx.em.create(SubscriptionTermRow, row);
    await tx.em.flush();
  },
};

async function one(
  tx: Tx,
  subscriptionId: string,
  lockMode: LockMode,
): Promise<StoredSubscription> {
  const where = { accountId: accountOf(tx), subscriptionId };
  const row = await tx.em.findOne(SubscriptionRow, where, { lockMode, refresh: true });
  if (!row) throw subscriptionNotFound(subscriptionId);
  const [subscription] = await withTerms(tx, [row]);
  if (subscription === undefined) throw new Error("a subscription lost its row");
  return subscription;
}

async function withTerms(tx: Tx, rows: readonly SubscriptionRow[]): Promise<StoredSubscription[]> {
  if (rows.length === 0) return [];
  const subscriptionId = { $in: rows.map((row) => row.subscriptionId) };
  const where = { accountId: accountOf(tx), subscriptionId };
  const terms = await tx.em.find(SubscriptionTermRow, where, { orderBy: { number: "asc" } });
  const byId = Map.groupBy(terms, (term) => term.subscriptionId);
  return rows.map((row) => fromRow(row, byId.get(row.subscriptionId) ?? []));
}

function fromRow(row: SubscriptionRow, terms: readonly SubscriptionTermRow[]): StoredSubscription {
  const { periodStartTime, periodEndTime, endTime, ...rest } = row;
  return {
    ...rest,
    endTime: endTime ?? undefined,
    period: { start: periodStartTime, end: periodEndTime },
    terms: terms.map(toTerm),
  };
}

function toTerm({ number, startTime, planId, planVersion }: SubscriptionTermRow): SubscriptionTerm {
  return { number, startTime, planId, planVersion };
}

function toRow(subscription: StoredSubscription) {
  const { period, terms: _, endTime = null, ...rest } = subscription;
  return { ...rest, endTime, periodStartTime: period.start, periodEndTime: period.end };
}

const SAVE = `
  update subscription s
  set is_default = saved.is_default, end_time = saved.end_time,
    without_final_invoice = saved.without_final_invoice,
    period_start_time = saved.period_start_time, period_end_time = saved.period_end_time,
    turned_off = saved.turned_off, told_term = saved.told_term, version = saved.version,
    revision = saved.revision
  from json_to_recordset($2::json) as saved(subscription_id uuid, is_default boolean,
    end_time timestamptz, without_final_invoice boolean, period_start_time timestamptz,
    period_end_time timestamptz, turned_off boolean, told_term integer, version bigint,
    revision bigint)
  where s.account_id = $1 and s.subscription_id = saved.subscription_id`;
