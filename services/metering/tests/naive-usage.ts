import { isOf, type NaiveCalls, type NaiveMeter, naiveUnits } from "./naive-meter.ts";
import type { TestItem } from "./test-item.ts";

/** An item that was taken, and whose it is. */
export interface TakenItem {
  readonly item: TestItem & { readonly time: Date };
  readonly customerId: string;
  readonly keyId: string;
  readonly subscriptionId: string;
  readonly test: boolean;
}

/** What a meter makes of items, each looked at by itself. */
export function naiveValue(meter: NaiveMeter, taken: readonly TakenItem[]): bigint {
  const items = taken.map(({ item }) => item).filter((item) => isTaken(meter, item));
  switch (meter.aggregation) {
    case "max":
      return items.reduce((most, { units }) => (units > most ? units : most), 0n);
    case "unique":
      return BigInt(
        new Set(items.flatMap((item) => item.properties[meter.uniqueProperty] ?? [])).size,
      );
    default:
      return items.reduce((sum, item) => sum + naiveUnits(meter, callsOf(item)), 0n);
  }
}

function isTaken(meter: NaiveMeter, item: TakenItem["item"]): boolean {
  const { properties } = meter;
  const well = Object.entries(properties).every(([name, value]) => item.properties[name] === value);
  return well && !item.refused && isOf(meter, callsOf(item));
}

/** Whether a cell must be rejected, since a meter looks at each of its calls. */
export function naiveNeedsEvents(meters: readonly NaiveMeter[], item: TakenItem["item"]): boolean {
  if (item.kind === "event" || item.refused) return false;
  return meters.some((meter) => {
    const { aggregation, properties } = meter;
    const singles = aggregation === "max" || aggregation === "unique";
    return (singles || Object.keys(properties).length > 0) && isOf(meter, callsOf(item));
  });
}

/** The quarter hour and class of an item, worked out by hand. */
export function callsOf(item: TakenItem["item"]): NaiveCalls {
  const { endpoint, method, status, time, count: calls, units } = item;
  const bucketStart = new Date(time.getTime() - (time.getTime() % 900_000));
  const statusClass = item.refused ? 0 : Number(String(status).padStart(3, "0")[0]);
  return { endpoint, method, statusClass, bucketStart, calls, units };
}
