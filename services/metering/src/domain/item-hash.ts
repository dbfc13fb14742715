import { createHash } from "node:crypto";
import type { UsageItem } from "./usage-item.ts";

/**
 * 64 bits over what an event says, kept with its id: a correction has to repeat the original.
 * Not a secret and not a proof: an account can only deceive itself with it.
 */
export function itemHash(item: UsageItem): bigint {
  const { caller, endpoint, method, status, time, count, units } = item;
  const { requestBytes, responseBytes, latency, properties, refused } = item;
  const text = JSON.stringify([
    ...Object.values(caller),
    ...[endpoint, method, status, time.getTime(), String(count), String(units)],
    ...[String(requestBytes), String(responseBytes), refused],
    latency.map(([bucket, calls]) => [bucket, String(calls)]),
    Object.entries(properties).sort(),
  ]);
  return createHash("sha256").update(text).digest().readBigInt64BE(0);
}
