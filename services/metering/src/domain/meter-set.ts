import { quarterHourStart } from "@tollbook/domain";
import { isLimitable, type Meter, needsEvents } from "./meter.ts";
import { MeterRule } from "./meter-rule.ts";
import { statusClassOf } from "./usage-heading.ts";
import type { UsageItem } from "./usage-item.ts";

/**
 * The meters of an account, archived ones included. `version` goes up with every change of one,
 * in the transaction of the change: who counted by an older set has to count again.
 */
export class MeterSet {
  readonly version: bigint;
  /** The default meter first. */
  readonly rules: readonly MeterRule[];
  /** Those that rollups can answer. */
  readonly rollupRules: readonly MeterRule[];
  /** Those that look at each call. */
  readonly eventRules: readonly MeterRule[];
  readonly #byId: ReadonlyMap<string, MeterRule>;

  constructor(version: bigint, meters: readonly Meter[]) {
    this.version = version;
    this.rules = meters.map((meter) => new MeterRule(meter));
    this.rollupRules = this.rules.filter(({ meter }) => !needsEvents(meter));
    this.eventRules = this.rules.filter(({ meter }) => needsEvents(meter));
    this.#byId = new Map(this.rules.map((rule) => [rule.meter.meterId, rule]));
  }

  /** The rule of a meter; undefined if the account has no such meter. */
  find(meterId: string): MeterRule | undefined {
    return this.#byId.get(meterId);
  }

  /** The same for a meter that a limit may stand on. */
  limitable(meterId: string): MeterRule | undefined {
    const rule = this.find(meterId);
    return rule !== undefined && isLimitable(rule.meter) ? rule : undefined;
  }

  /** Whether calls that come as a cell would have to be looked at one by one. */
  needsEvents({ heading, timeMs }: UsageItem): boolean {
    if (this.eventRules.length === 0 || heading.refused) return false;
    const { endpoint, method } = heading;
    const bucketStart = quarterHourStart(new Date(timeMs));
    const calls = { endpoint, method, statusClass: statusClassOf(heading), bucketStart };
    return this.eventRules.some((rule) => rule.takes(calls));
  }

  /** Meters that need each call as an event, now or soon: recorders are told in good time. */
  eventMeterIds(now: Date): string[] {
    const live = this.eventRules.filter(({ meter: { archiveTime } }) => {
      return archiveTime === undefined || now.getTime() < archiveTime.getTime();
    });
    return live.map(({ meter }) => meter.meterId);
  }
}
