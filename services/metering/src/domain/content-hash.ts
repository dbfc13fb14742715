import { createHash } from "node:crypto";
import { correctionName } from "./correction.ts";
import type { Hold, ReportedItem } from "./usage-item.ts";

/** What a batch consists of, besides its id. */
export interface BatchContent {
  readonly recorderId: string;
  readonly holds: readonly (Hold | "malformed")[];
  readonly items: readonly ReportedItem[];
}

/** Of each item: its hash, the lengths of its id and of what it corrects, its hold, its kind. */
const LANE_BYTES = 8 + 4 + 4 + 4 + 4;

/**
 * SHA-256 over what a batch says, whatever bytes it came in: the same content is recognised from
 * a client that writes its maps in another order when it sends again.
 */
export function contentSha256({ recorderId, holds, items }: BatchContent): Buffer {
  const places = new Map<ReportedItem["hold"], number>();
  holds.forEach((hold, at) => {
    if (hold !== "malformed") places.set(hold, at + 1);
  });
  const lanes = new DataView(new ArrayBuffer(items.length * LANE_BYTES));
  const ids: string[] = [];
  const corrections: string[] = [];
  let at = 0;
  for (const { kind, eventId, hash, hold, corrects } of items) {
    const correction = correctionName(corrects);
    lanes.setBigInt64(at, hash);
    lanes.setUint32(at + 8, eventId.length);
    lanes.setUint32(at + 12, correction.length);
    lanes.setInt32(at + 16, hold === undefined ? 0 : (places.get(hold) ?? -1));
    lanes.setUint32(at + 20, kind === "event" ? 0 : 1);
    at += LANE_BYTES;
    ids.push(eventId);
    if (correction !== "") corrections.push(correction);
  }
  const heading = `${recorderId}\n${holds.length} ${items.length}\n${holds.map(holdText).join("")}`;
  const text = heading + ids.join("") + corrections.join("");
  return createHash("sha256").update(text).update(lanes).digest();
}

function holdText(hold: Hold | "malformed"): string {
  if (hold === "malformed") return "malformed\n";
  const units = hold.units.map(({ counterId, units }) => `${counterId} ${units}`);
  return `${hold.gateId} ${units.join(" ")}\n`;
}
