import { LockMode } from "@mikro-orm/core";
import type { Tx } from "@tollbook/service";
import type { PlanItem, Plans } from "../app/needs.ts";
import { planNotFound, planVersionNotFound } from "../domain/errors.ts";
import type { Plan, PlanVersion } from "../domain/plan.ts";
import { accountOf } from "./account-of.ts";
import { PlanDraftRow, PlanRow, PlanVersionRow } from "./schema.ts";
import { fromTermsDocument, toTermsDocument } from "./terms-document.ts";

/** The catalogue. */
export const plans: Plans = {
  get: (tx, planId) => one(tx, planId, LockMode.NONE),

  getForChange: (tx, planId) => one(tx, planId, LockMode.PESSIMISTIC_WRITE),

  async version(tx, planId, version) {
    const row = await tx.em.findOne(PlanVersionRow, { accountId: accountOf(tx), planId, version });
    if (!row) throw planVersionNotFound(planId, version);
    return toVersion(row);
  },

  async versions(tx, wanted) {
    if (wanted.length === 0) return [];
    const either = wanted.map(({ planId, planVersion }) => ({ planId, version: planVersion }));
    const rows = await tx.em.find(PlanVersionRow, { accountId: accountOf(tx), $or: either });
    return rows.map(toVersion);
  },

  async list(tx, page, includeArchived) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { planId: { $lt: page.beforeId } }),
      ...(!includeArchived && { archiveTime: null }),
    };
    const order = { orderBy: { planId: "desc" as const }, limit: page.size + 1 };
    return withContents(tx, await tx.em.find(PlanRow, where, order));
  },

  async add(tx, planId, createTime) {
    tx.em.create(PlanRow, {
      accountId: accountOf(tx),
      planId,
      newestVersion: 0,
      createTime,
      archiveTime: null,
    });
    await tx.em.flush();
  },

  async itemIds(tx, planId) {
    const text = `select kind, name, item_id as "itemId" from plan_item
      where account_id = $1 and plan_id = $2`;
    return tx.sql<PlanItem>(text, [accountOf(tx), planId]);
  },

  async addItems(tx, planId, items) {
    const columns = [
      items.map(({ kind }) => kind),
      items.map(({ name }) => name),
      items.map(({ itemId }) => itemId),
    ];
    const text = `insert into plan_item (account_id, plan_id, kind, name, item_id)
      select $1::uuid, $2::uuid, * from unnest($3::text[], $4::text[], $5::uuid[])`;
    await tx.sql(text, [accountOf(tx), planId, ...columns]);
  },

  async saveDraft(tx, planId, terms, createTime) {
    const row = { accountId: accountOf(tx), planId, terms: toTermsDocument(terms), createTime };
    await tx.em.upsert(PlanDraftRow, row);
  },

  async publish(tx, { planId, version, terms, createTime, publishTime }) {
    const plan = { accountId: accountOf(tx), planId };
    const document = toTermsDocument(terms);
    tx.em.create(PlanVersionRow, { ...plan, version, terms: document, createTime, publishTime });
    await tx.em.flush();
    await tx.em.nativeDelete(PlanDraftRow, plan);
    await tx.em.nativeUpdate(PlanRow, plan, { newestVersion: version });
  },

  async archive(tx, planId, archiveTime) {
    await tx.em.nativeUpdate(PlanRow, { accountId: accountOf(tx), planId }, { archiveTime });
  },
};

async function one(tx: Tx, planId: string, lockMode: LockMode): Promise<Plan> {
  const where = { accountId: accountOf(tx), planId };
  const row = await tx.em.findOne(PlanRow, where, { lockMode, refresh: true });
  if (!row) throw planNotFound(planId);
  const [plan] = await withContents(tx, [row]);
  if (plan === undefined) throw new Error("a plan lost its row");
  return plan;
}

async function withContents(tx: Tx, rows: readonly PlanRow[]): Promise<Plan[]> {
  const accountId = accountOf(tx);
  const planId = { $in: rows.map((row) => row.planId) };
  const published = rows.filter(({ newestVersion }) => newestVersion > 0);
  const either = published.map(({ planId, newestVersion }) => ({ planId, version: newestVersion }));
  const versions =
    either.length === 0 ? [] : await tx.em.find(PlanVersionRow, { accountId, $or: either });
  const fresh = { refresh: true };
  const drafts = await tx.em.find(PlanDraftRow, { accountId, planId }, fresh);
  return rows.map((row) => {
    const newest = versions.find((version) => version.planId === row.planId);
    const draft = drafts.find((each) => each.planId === row.planId);
    return {
      planId: row.planId,
      newest: newest && toVersion(newest),
      draft: draft && { terms: fromTermsDocument(draft.terms), createTime: draft.createTime },
      archiveTime: row.archiveTime ?? undefined,
    };
  });
}

function toVersion(row: PlanVersionRow): PlanVersion {
  const { planId, version, terms, createTime, publishTime } = row;
  return { planId, version, terms: fromTermsDocument(terms), createTime, publishTime };
}
