import { isId, type Violations } from "@tollbook/domain";
import type { UsageFilter } from "./usage-query-store.ts";

/** Ids of one filter. */
const IDS_MAX = 1_000;
/** Endpoints, methods or classes of one filter. */
const NAMES_MAX = 100;

/** Adds everything that is wrong with a filter. */
export function checkFilter(violations: Violations, filter: UsageFilter): void {
  const { customerIds, keyIds, endpoints, methods, statusClasses } = filter;
  for (const [field, ids] of Object.entries({ customer_ids: customerIds, key_ids: keyIds })) {
    if (ids.length > IDS_MAX) violations.add(`filter.${field}`, "TOO_MANY", `At most ${IDS_MAX}.`);
    if (!ids.every(isId)) {
      violations.add(`filter.${field}`, "ID_MALFORMED", "Write UUIDs of version 7.");
    }
  }
  const names = { endpoints, methods, status_classes: statusClasses };
  for (const [field, list] of Object.entries(names)) {
    if (list.length <= NAMES_MAX) continue;
    violations.add(`filter.${field}`, "TOO_MANY", `At most ${NAMES_MAX}.`);
  }
  if (statusClasses.some((one) => one > 5)) {
    violations.add("filter.status_classes", "OUT_OF_RANGE", "A status class is 0 to 5.");
  }
}
