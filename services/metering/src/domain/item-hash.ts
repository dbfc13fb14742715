import { bytesHash, textHash } from "./hash64.ts";
import { LATENCY_BUCKETS } from "./latency.ts";
import type { LatencyCount, ReportedItem } from "./usage-item.ts";

/** What an item says of its calls; not its id, nor what it held. */
export type Said = Pick<
  ReportedItem,
  | ("heading" | "timeMs" | "count" | "units" | "requestBytes" | "responseBytes")
  | ("latency" | "properties")
>;

const LANE_BYTES = 8;
/** Where latencies begin, each of two lanes. */
const LATENCY_AT = 7 * LANE_BYTES;
const LANES = new DataView(new ArrayBuffer(LATENCY_AT + LATENCY_BUCKETS * 2 * LANE_BYTES));
/** The lanes with so many latencies. */
const SAID = Array.from({ length: LATENCY_BUCKETS + 1 }, (_, latencies) => {
  return new Uint8Array(LANES.buffer, 0, LATENCY_AT + latencies * 2 * LANE_BYTES);
});

/**
 * 64 bits over what an item says, kept with an event's id: a correction has to repeat the original,
 * and a batch that comes again must have the same items. The same properties in another order are
 * the same. Not a secret and not a proof: an account can only deceive itself with it.
 */
export function itemHash(item: Said): bigint {
  const { heading, timeMs, count, units, requestBytes, responseBytes, latency, properties } = item;
  LANES.setBigInt64(0, heading.hash);
  LANES.setFloat64(LANE_BYTES, timeMs);
  LANES.setBigInt64(2 * LANE_BYTES, count);
  LANES.setBigInt64(3 * LANE_BYTES, units);
  LANES.setBigInt64(4 * LANE_BYTES, requestBytes);
  LANES.setBigInt64(5 * LANE_BYTES, responseBytes);
  LANES.setBigInt64(6 * LANE_BYTES, propertiesHash(properties));
  // More than there are buckets will be rejected, whatever the rest says.
  const latencies = Math.min(latency.length, LATENCY_BUCKETS);
  for (let nth = 0; nth < latencies; nth += 1) {
    const [bucket, calls] = latency[nth] as LatencyCount;
    LANES.setFloat64(LATENCY_AT + 2 * nth * LANE_BYTES, bucket);
    LANES.setFloat64(LATENCY_AT + (2 * nth + 1) * LANE_BYTES, calls);
  }
  return bytesHash(SAID[latencies] as Uint8Array);
}

function propertiesHash(properties: ReportedItem["properties"]): bigint {
  for (const _ in properties) {
    const entries = Object.entries(properties);
    return textHash(JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1))));
  }
  return 0n;
}
