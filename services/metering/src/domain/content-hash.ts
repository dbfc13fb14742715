import { createHash } from "node:crypto";
import { correctionName } from "./correction.ts";
import type { Hold, ReportedItem } from "./usage-item.ts";

/** What a batch consists of, besides its id. */
export interface BatchContent {
  readonly recorderId: string;
  readonly holds: readonly (Hold | "malformed")[];
  readonly items: readonly ReportedItem[];
}

const HASH_BYTES = 8;

/**
 * SHA-256 over what a batch says, whatever bytes it came in: the same content is recognised from
 * a client that writes its maps in another order when it sends again.
 */
export function contentSha256({ recorderId, holds, items }: BatchContent): Buffer {
  const places = new Map<ReportedItem["hold"], number>();
  let text = `${recorderId}\n${holds.length}\n`;
  holds.forEach((hold, at) => {
    if (hold !== "malformed") places.set(hold, at + 1);
    text += holdText(hold);
  });
  const said = new DataView(new ArrayBuffer(items.length * HASH_BYTES));
  let end = 0;
  for (const { kind, eventId, hash, hold, corrects } of items) {
    const place = hold === undefined ? 0 : (places.get(hold) ?? -1);
    text += `${kind} ${eventId} ${place} ${correctionName(corrects)}\n`;
    said.setBigInt64(end, hash, true);
    end += HASH_BYTES;
  }
  return createHash("sha256").update(text).update(said).digest();
}

function holdText(hold: Hold | "malformed"): string {
  if (hold === "malformed") return "malformed\n";
  const units = hold.units.map(({ counterId, units }) => `${counterId} ${units}`);
  return `${hold.gateId} ${units.join(" ")}\n`;
}
