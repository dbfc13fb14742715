import { references } from "./0001-references.ts";
import { usage } from "./0002-usage.ts";
import { quotas } from "./0003-quotas.ts";
import { seals } from "./0004-seals.ts";
import { partitions } from "./0005-partitions.ts";
import { counting } from "./0006-counting.ts";
import { policies } from "./0007-policies.ts";
import { reconciliation } from "./0008-reconciliation.ts";
import { rawEvents } from "./0010-raw-events.ts";
import { dayRollups } from "./0011-day-rollups.ts";
import { endpoints } from "./0012-endpoints.ts";
import { keepMonths } from "./0013-keep-months.ts";
import { foreignEvents } from "./0020-foreign-events.ts";
import { corrections } from "./0021-corrections.ts";
import { answeredRequests } from "./0030-answered-requests.ts";
import { meters } from "./0031-meters.ts";
import { meterUsage } from "./0032-meter-usage.ts";
import { rates } from "./0040-rates.ts";
import { reclaim } from "./0050-reclaim.ts";
import { unitsPastLimits } from "./0051-units-past-limits.ts";
import { usageNotices } from "./0060-usage-notices.ts";
import { newEvents } from "./0070-new-events.ts";
import { total } from "./0080-total.ts";
import { provedDays } from "./0081-proved-days.ts";
import { meterMonths } from "./0082-meter-months.ts";
import { leaseLooks } from "./0090-lease-looks.ts";

/** The history of metering's database, oldest first. */
export const migrations = [
  references,
  usage,
  quotas,
  seals,
  partitions,
  counting,
  policies,
  reconciliation,
  rawEvents,
  dayRollups,
  endpoints,
  keepMonths,
  foreignEvents,
  corrections,
  answeredRequests,
  meters,
  meterUsage,
  rates,
  reclaim,
  unitsPastLimits,
  usageNotices,
  newEvents,
  total,
  provedDays,
  meterMonths,
  leaseLooks,
];
