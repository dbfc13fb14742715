import type { TestAccount } from "./test-account.ts";

/** A meter as its rows have it. */
export interface NaiveMeter {
  readonly meterId: string;
  readonly aggregation: string;
  readonly patterns: readonly string[];
  readonly methods: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly uniqueProperty: string;
  readonly archiveTime: Date | null;
  readonly versions: readonly NaiveVersion[];
}

interface NaiveVersion {
  readonly effectiveTime: Date;
  readonly statusClasses: readonly number[];
  readonly weights: readonly { readonly pattern: string; readonly weight: string }[];
}

/** Calls of one kind. */
export interface NaiveCalls {
  readonly endpoint: string;
  readonly method: string;
  readonly statusClass: number;
  readonly bucketStart: Date;
  readonly calls: bigint;
  readonly units: bigint;
}

/** An account's meters, read and judged without any of the code under test. */
export async function naiveMeters({ metering, accountId }: TestAccount): Promise<NaiveMeter[]> {
  const text = `select meter_id as "meterId", aggregation, endpoint_patterns as patterns, methods,
      properties, unique_property as "uniqueProperty", archive_time as "archiveTime"
    from meter where account_id = $1`;
  const meters = await metering.look<NaiveMeter>(text, [accountId]);
  const versionsText = `select meter_id as "meterId", effective_time as "effectiveTime",
      status_classes as "statusClasses", weights
    from meter_version where account_id = $1 order by effective_time`;
  type Row = NaiveVersion & { meterId: string };
  const versions = await metering.look<Row>(versionsText, [accountId]);
  const plain = { effectiveTime: new Date(0), statusClasses: [], weights: [] };
  const calls = {
    ...{ meterId: accountId, aggregation: "count", patterns: [], methods: [], properties: {} },
    ...{ uniqueProperty: "", archiveTime: null },
  };
  return [calls, ...meters].map((meter) => {
    const own = versions.filter(({ meterId }) => meterId === meter.meterId);
    return { ...meter, versions: meter === calls ? [plain, ...own] : own };
  });
}

/** Whether calls are of a meter, if their properties are. */
export function isOf(meter: NaiveMeter, { endpoint, method, ...calls }: NaiveCalls): boolean {
  const version = versionOf(meter, calls.bucketStart);
  if (version === undefined) return false;
  const { statusClasses } = version;
  if (statusClasses.length > 0 && !statusClasses.includes(calls.statusClass)) return false;
  if (meter.methods.length > 0 && !meter.methods.includes(method)) return false;
  const { patterns } = meter;
  return (
    patterns.length === 0 || patterns.some((one) => regExpOf(one).test(`${method} ${endpoint}`))
  );
}

/** What they add to a count or sum. */
export function naiveUnits(meter: NaiveMeter, one: NaiveCalls): bigint {
  if (!isOf(meter, one)) return 0n;
  if (meter.aggregation === "sum") return one.units;
  const weights = versionOf(meter, one.bucketStart)?.weights ?? [];
  const name = `${one.method} ${one.endpoint}`;
  const weight = weights.find(({ pattern }) => regExpOf(pattern).test(name))?.weight ?? "1";
  return one.calls * BigInt(weight);
}

function versionOf({ versions, archiveTime }: NaiveMeter, at: Date): NaiveVersion | undefined {
  if (archiveTime !== null && at >= archiveTime) return undefined;
  return versions.filter(({ effectiveTime }) => effectiveTime <= at).at(-1);
}

/** A pattern as an expression over a method and an endpoint. */
function regExpOf(pattern: string): RegExp {
  const whole = pattern.includes(" ") ? pattern : `* ${pattern}`;
  const escaped = whole.replaceAll(/[^*\w ]/g, String.raw`\$&`).replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`);
}
