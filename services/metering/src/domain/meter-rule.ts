import { contains, type Interval, interval, matchesEndpoint } from "@tollbook/domain";
import { countsAt, type Meter, type MeterVersion } from "./meter.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { UsageItem } from "./usage-item.ts";
import { sumsOf } from "./usage-sums.ts";

/** Endpoints remembered for one version; past it the memory starts over. */
const REMEMBERED_MAX = 10_000;

/** Where a call went. */
export interface Place {
  readonly endpoint: string;
  readonly method: string;
}

/** Calls of one place and status class within one version of a meter. */
export interface PlaceCalls extends Place {
  readonly statusClass: number;
  /** A quarter hour they lie in. */
  readonly bucketStart: Date;
}

/** What they add up to. */
export interface PlaceSums extends PlaceCalls {
  readonly calls: bigint;
  readonly units: bigint;
}

/**
 * What calls are to a meter. It remembers what it found out about endpoints, so that patterns are
 * compared once for each.
 */
export class MeterRule {
  readonly meter: Meter;
  readonly #properties: readonly (readonly [name: string, value: string])[];
  readonly #weights = new Map<MeterVersion, Map<string, bigint>>();
  /** Whether it counts each call as one, whatever it is: the default meter as it is at first. */
  readonly isPlain: boolean;

  constructor(meter: Meter) {
    this.meter = meter;
    const { endpointPatterns, methods, versions, aggregation } = meter;
    this.#properties = Object.entries(meter.properties);
    const filters = endpointPatterns.length + methods.length + this.#properties.length;
    const values = versions.flatMap(({ statusClasses, weights }) => [...statusClasses, ...weights]);
    const always = countsAt(meter, new Date(0)) && meter.archiveTime === undefined;
    this.isPlain = aggregation === "count" && always && filters + values.length === 0;
  }

  /** Units that calls add to a count or sum; none if they are not of this meter. */
  unitsOf(fold: UsageFold): bigint {
    if (fold.refused) return 0n;
    if (this.isPlain) return fold.sums.count;
    const { dimensions, bucketStart } = fold;
    const { count: calls, units } = this.#properties.length > 0 ? this.#sumsOf(fold) : fold.sums;
    return this.unitsOfSums({ ...dimensions, bucketStart, calls, units });
  }

  /** The same of one of its items. */
  unitsOfItem({ refused, dimensions, bucketStart }: UsageFold, item: UsageItem): bigint {
    const { count: calls, units } = item;
    if (refused || !this.takesProperties(item)) return 0n;
    return this.isPlain ? calls : this.unitsOfSums({ ...dimensions, bucketStart, calls, units });
  }

  /** Whether calls that were not refused are of this meter, if their properties are. */
  takes({ statusClass, bucketStart, ...place }: PlaceCalls): boolean {
    const version = this.#versionAt(bucketStart);
    if (version === undefined || !takesStatus(version, statusClass)) return false;
    return this.#weightAt(version, place) !== undefined;
  }

  /** Whether a call's properties are of this meter. */
  takesProperties({ properties }: UsageItem): boolean {
    return this.#properties.every(([name, value]) => propertyOf(properties, name) === value);
  }

  /** Units of calls that were not refused, by dimensions alone; meters with properties have none. */
  unitsOfSums({ statusClass, bucketStart, calls, units, ...place }: PlaceSums): bigint {
    const version = this.#versionAt(bucketStart);
    if (version === undefined || !takesStatus(version, statusClass)) return 0n;
    const weight = this.#weightAt(version, place);
    return weight === undefined ? 0n : this.#cost(weight, calls, units);
  }

  /**
   * Units one call costs that is about to be made and declares so many: status and properties
   * cannot be known yet, and count as if they were the meter's.
   */
  costOf(place: Place, bucketStart: Date, declaredUnits: bigint): bigint {
    const version = this.#versionAt(bucketStart);
    const weight = version === undefined ? undefined : this.#weightAt(version, place);
    return weight === undefined ? 0n : this.#cost(weight, 1n, declaredUnits);
  }

  /** When within a span other values begin to hold, or it begins or ceases to count. */
  changesIn(span: Interval): Date[] {
    const { versions, archiveTime } = this.meter;
    const times = versions.map(({ effectiveTime }) => effectiveTime);
    return [...times, ...(archiveTime === undefined ? [] : [archiveTime])].filter((time) => {
      return contains(span, time);
    });
  }

  /** A span cut where it changes what calls are to this meter. */
  stretchesIn(span: Interval): Interval[] {
    const changes = this.changesIn(span).map((time) => time.getTime());
    const edges = [...new Set([span.start.getTime(), ...changes, span.end.getTime()])];
    const times = edges.sort((one, other) => one - other).map((time) => new Date(time));
    return times.slice(1).map((end, at) => interval(times[at] ?? span.start, end));
  }

  #versionAt(bucketStart: Date): MeterVersion | undefined {
    if (!countsAt(this.meter, bucketStart)) return undefined;
    const time = bucketStart.getTime();
    return this.meter.versions.findLast(({ effectiveTime }) => effectiveTime.getTime() <= time);
  }

  /** The weight of a place; undefined if it is not of this meter. */
  #weightAt(version: MeterVersion, place: Place): bigint | undefined {
    const known = this.#weights.get(version) ?? new Map<string, bigint>();
    this.#weights.set(version, known);
    const name = `${place.method} ${place.endpoint}`;
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered === NOT_TAKEN ? undefined : remembered;
    const weight = this.#takesPlace(place) ? weightOf(version, place) : NOT_TAKEN;
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(name, weight);
    return weight === NOT_TAKEN ? undefined : weight;
  }

  #takesPlace({ endpoint, method }: Place): boolean {
    const { endpointPatterns, methods } = this.meter;
    if (methods.length > 0 && !methods.includes(method)) return false;
    if (endpointPatterns.length === 0) return true;
    return endpointPatterns.some((pattern) => matchesEndpoint(pattern, method, endpoint));
  }

  #sumsOf({ items }: UsageFold) {
    return sumsOf(items.filter((item) => this.takesProperties(item)));
  }

  #cost(weight: bigint, calls: bigint, units: bigint): bigint {
    return this.meter.aggregation === "sum" ? units : calls * weight;
  }
}

/** Remembered of places that are not of the meter. */
const NOT_TAKEN = -1n;

function weightOf({ weights }: MeterVersion, { endpoint, method }: Place): bigint {
  const first = weights.find(({ endpointPattern }) => {
    return matchesEndpoint(endpointPattern, method, endpoint);
  });
  return first?.weight ?? 1n;
}

function takesStatus({ statusClasses }: MeterVersion, statusClass: number): boolean {
  return statusClasses.length === 0 || statusClasses.includes(statusClass);
}

/** A property by name; names such as "constructor" are only names. */
export function propertyOf(
  properties: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
