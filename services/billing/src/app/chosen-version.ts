import type { Tx } from "@tollbook/service";
import { planIsArchived, planNotPublished } from "../domain/errors.ts";
import type { PlanVersion } from "../domain/plan.ts";
import type { Needs } from "./needs.ts";

/** The published version somebody is to be put on; 0 means the newest. */
export async function chosenVersion(
  tx: Tx,
  { plans }: Needs,
  planId: string,
  version: number,
): Promise<PlanVersion> {
  const { newest, archiveTime } = await plans.get(tx, planId);
  if (archiveTime) throw planIsArchived(planId);
  if (newest === undefined) throw planNotPublished(planId);
  return version === 0 ? newest : plans.version(tx, planId, version);
}
