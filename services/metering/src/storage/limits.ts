import type { Tx } from "@tollbook/service";
import type { ReferenceStore } from "../app/reference-store.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import { accountOf } from "./account-of.ts";
import { UsageLimitRow } from "./schema.ts";

/** Limits of subjects, by subject. */
export async function limitsBySubject(
  tx: Tx,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, UsageLimit[]>> {
  const bySubject = new Map<string, UsageLimit[]>();
  if (subjectIds.length === 0) return bySubject;
  const where = { accountId: accountOf(tx), subjectId: { $in: [...subjectIds] } };
  const options = { disableIdentityMap: true, orderBy: { limitId: "asc" } } as const;
  for (const row of await tx.em.find(UsageLimitRow, where, options)) {
    const limits = bySubject.get(row.subjectId) ?? [];
    bySubject.set(row.subjectId, [...limits, toLimit(row)]);
  }
  return bySubject;
}

/** See ReferenceStore.replaceLimits. */
export async function replaceLimits(
  tx: Tx,
  subjectId: string,
  limits: readonly UsageLimit[],
): Promise<void> {
  const accountId = accountOf(tx);
  await tx.em.nativeDelete(UsageLimitRow, { accountId, subjectId });
  if (limits.length === 0) return;
  await tx.em.insertMany(
    UsageLimitRow,
    limits.map(({ window, ...limit }) => ({ accountId, ...limit, windowName: window })),
  );
}

/** See ReferenceStore.listLimits. */
export async function listLimits(
  tx: Tx,
  options: Parameters<ReferenceStore["listLimits"]>[0],
): Promise<UsageLimit[]> {
  const { customerId, limitId, after, count } = options;
  const where = {
    accountId: accountOf(tx),
    ...(customerId === undefined ? {} : { customerId }),
    ...(limitId === undefined ? {} : { limitId }),
    ...(after === undefined ? {} : { $or: beyond(after) }),
  };
  const rows = await tx.em.find(UsageLimitRow, where, {
    disableIdentityMap: true,
    orderBy: { customerId: "asc", subjectId: "asc", limitId: "asc" },
    limit: count,
  });
  return rows.map(toLimit);
}

function beyond(place: { customerId: string; subjectId: string; limitId: string }) {
  const { customerId, subjectId, limitId } = place;
  return [
    { customerId: { $gt: customerId } },
    { customerId, subjectId: { $gt: subjectId } },
    { customerId, subjectId, limitId: { $gt: limitId } },
  ];
}

function toLimit(row: UsageLimitRow): UsageLimit {
  const { limitId, name, subjectId, customerId, meterId, quota, hard } = row;
  const { headroomPercent, failureMode, openBudgetCalls, version, countedFrom } = row;
  return {
    ...{ limitId, name, subjectId, customerId, meterId, window: row.windowName, quota, hard },
    ...{ headroomPercent, failureMode, openBudgetCalls, version, countedFrom },
  };
}
