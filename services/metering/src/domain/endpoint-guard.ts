import type { UsageFold } from "./usage-fold.ts";

/** Where calls are counted whose own endpoint is one too many. */
export const OTHER_ENDPOINT = "other";

/** Counts calls of endpoints past the guard under `other`, for rollups and meters alike. */
export function foldedEndpoints(
  folds: readonly UsageFold[],
  pastGuard: ReadonlySet<string>,
): readonly UsageFold[] {
  if (pastGuard.size === 0) return folds;
  return folds.map((fold) => {
    if (!pastGuard.has(fold.dimensions.endpoint)) return fold;
    return { ...fold, dimensions: { ...fold.dimensions, endpoint: OTHER_ENDPOINT } };
  });
}

/** The month that new endpoints are counted in, by its first day in UTC: `2026-11-01`. */
export function endpointMonth(now: Date): string {
  return `${now.toISOString().slice(0, 7)}-01`;
}
