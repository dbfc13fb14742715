import { AHEAD_MAX_MS, MINUTE_MS, QUARTER_HOUR_MS, quarterHourStart } from "@tollbook/domain";

/** How a meter sums calls. */
export type Aggregation = "count" | "sum" | "max" | "unique";

/** What a call of some endpoints costs. */
export interface EndpointWeight {
  readonly endpointPattern: string;
  readonly weight: bigint;
}

/** What of a meter may change, from a quarter hour on. */
export interface MeterValues {
  /** Only calls of these classes; empty means all. */
  readonly statusClasses: readonly number[];
  /** The first match holds, 1 if none does. */
  readonly weights: readonly EndpointWeight[];
}

/** The values that hold from a quarter hour on, until the next version's. */
export interface MeterVersion extends MeterValues {
  readonly effectiveTime: Date;
}

/** What is counted, as somebody defines it: a filter over usage and how to sum it. */
export interface MeterTerms extends MeterValues {
  readonly name: string;
  readonly aggregation: Aggregation;
  readonly endpointPatterns: readonly string[];
  readonly methods: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Empty unless distinct values are counted. */
  readonly uniqueProperty: string;
}

/** A meter with all values it ever had. Refused calls are in no meter. */
export interface Meter extends Omit<MeterTerms, keyof MeterValues> {
  readonly meterId: string;
  readonly createTime: Date | undefined;
  /** From then on it counts nothing; a quarter hour. */
  readonly archiveTime: Date | undefined;
  /** Oldest first, at least one; it counts from the first one's quarter hour on. */
  readonly versions: readonly MeterVersion[];
}

/** The default meter's name, which no other may bear. */
export const DEFAULT_NAME = "calls";

/** The default meter has always counted. */
const ALWAYS = new Date(0);

/**
 * The meter every account has: each call that went through is one. It bears the account's id, so
 * that everybody knows it without asking. `changes` are the values its account chose.
 */
export function defaultMeter(
  accountId: string,
  createTime: Date | undefined,
  changes: readonly MeterVersion[] = [],
): Meter {
  return {
    ...{ meterId: accountId, name: DEFAULT_NAME, aggregation: "count", createTime },
    ...{ endpointPatterns: [], methods: [], properties: {}, uniqueProperty: "" },
    archiveTime: undefined,
    versions: [{ effectiveTime: ALWAYS, statusClasses: [], weights: [] }, ...changes],
  };
}

/** What of a meter says whether it looks at each call. */
type MeterLook = Pick<MeterTerms, "aggregation" | "properties">;

/** Whether rollups cannot answer it: each call has to be looked at, so it must be an event. */
export function needsEvents({ aggregation, properties }: MeterLook): boolean {
  const singles = aggregation === "max" || aggregation === "unique";
  return singles || Object.keys(properties).length > 0;
}

/** Whether a limit may stand on it: its units must add up, call by call. */
export function isLimitable({ aggregation }: Meter): boolean {
  return aggregation === "count" || aggregation === "sum";
}

/**
 * Usage may be stamped this far ahead of our clock, and clocks of two processes may differ by
 * another minute: what is nearer may have been counted already.
 */
const LEAD_MS = AHEAD_MAX_MS + MINUTE_MS;

/** The first quarter hour that no counted usage can lie in: where a change takes effect. */
export function nextChangeTime(now: Date): Date {
  return quarterHourStart(new Date(now.getTime() + LEAD_MS + QUARTER_HOUR_MS - 1));
}

/**
 * From when on a new meter counts. What rollups answer is known of the whole running quarter
 * hour; a meter that looks at each call waits until recorders have heard of it.
 */
export function startTimeOf(terms: MeterLook, now: Date): Date {
  return needsEvents(terms) ? nextChangeTime(now) : quarterHourStart(now);
}

/** Whether it counts usage of a quarter hour. */
export function countsAt({ versions, archiveTime }: Meter, bucketStart: Date): boolean {
  const time = bucketStart.getTime();
  const begun = (versions[0]?.effectiveTime.getTime() ?? 0) <= time;
  return begun && (archiveTime === undefined || time < archiveTime.getTime());
}
