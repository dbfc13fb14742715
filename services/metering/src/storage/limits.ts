import type { Tx } from "@tollbook/service";
import type { ReferenceStore, SubjectLimits } from "../app/reference-store.ts";
import { isRate, type RateLimit } from "../domain/rate-limit.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import { accountOf } from "./account-of.ts";
import { UsageLimitRow } from "./schema.ts";

/** Of a subject that limits nothing. */
export const NO_LIMITS: SubjectLimits = { limits: [], rates: [] };

/** Limits of subjects, by subject. */
export async function limitsBySubject(
  tx: Tx,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, SubjectLimits>> {
  const bySubject = new Map<string, SubjectLimits>();
  if (subjectIds.length === 0) return bySubject;
  const where = { accountId: accountOf(tx), subjectId: { $in: [...subjectIds] } };
  const options = { disableIdentityMap: true, orderBy: { limitId: "asc" } } as const;
  for (const row of await tx.em.find(UsageLimitRow, where, options)) {
    const { limits, rates } = bySubject.get(row.subjectId) ?? NO_LIMITS;
    const limit = toLimit(row);
    bySubject.set(
      row.subjectId,
      isRate(limit) ? { limits, rates: [...rates, limit] } : { limits: [...limits, limit], rates },
    );
  }
  return bySubject;
}

/** See ReferenceStore.replaceLimits. */
export async function replaceLimits(
  tx: Tx,
  subjectId: string,
  { limits, rates }: SubjectLimits,
): Promise<void> {
  const accountId = accountOf(tx);
  await tx.em.nativeDelete(UsageLimitRow, { accountId, subjectId });
  const noRate = { ratePerMinuteMilli: 0n, burst: 0n };
  const quotas = limits.map(({ window, ...limit }) => {
    return { accountId, ...limit, windowName: window, ...noRate };
  });
  // A rate counts nothing: no meter, no window, no quota.
  const noQuota = { meterId: accountId, windowName: null, quota: 0n, hard: true };
  const paces = rates.map(({ perMinuteMilli: ratePerMinuteMilli, ...rate }) => {
    const never = { headroomPercent: 0, countedFrom: new Date(0) };
    return { accountId, ...rate, ...noQuota, ...never, ratePerMinuteMilli };
  });
  const rows = [...quotas, ...paces];
  if (rows.length > 0) await tx.em.insertMany(UsageLimitRow, rows);
}

/** See ReferenceStore.listLimits. */
export async function listLimits(
  tx: Tx,
  options: Parameters<ReferenceStore["listLimits"]>[0],
): Promise<(UsageLimit | RateLimit)[]> {
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

function toLimit(row: UsageLimitRow): UsageLimit | RateLimit {
  const { limitId, name, subjectId, customerId, meterId, quota, hard, windowName: window } = row;
  const { headroomPercent, failureMode, openBudgetCalls, version, countedFrom } = row;
  const common = { limitId, name, subjectId, customerId, failureMode, openBudgetCalls, version };
  if (!window) return { ...common, perMinuteMilli: row.ratePerMinuteMilli, burst: row.burst };
  return { ...common, meterId, window, quota, hard, headroomPercent, countedFrom };
}
