import type { Interval } from "@tollbook/domain";
import { needsEvents } from "../domain/meter.ts";
import type { MeterRule } from "../domain/meter-rule.ts";
import type { Store } from "./needs.ts";
import type { UsageSubject } from "./seal-store.ts";

/** What a meter that adds up counted of a subject in a span, live and test. */
export async function unitsSoFar(
  { seals }: Store,
  rule: MeterRule,
  subject: UsageSubject,
  span: Interval,
): Promise<{ live: bigint; test: bigint }> {
  if (needsEvents(rule.meter)) return seals.meteredOf(subject, span, rule.meter.meterId);
  const after = rule.changesIn(span).filter((time) => time.getTime() > span.start.getTime());
  const units = { live: 0n, test: 0n };
  for (const sums of await seals.callsOf(subject, span, [span.start, ...after])) {
    units[sums.test ? "test" : "live"] += rule.unitsOfSums(sums);
  }
  return units;
}
