import { createHash } from "node:crypto";
import { correctionName } from "./correction.ts";
import type { Hold, ReportedItem } from "./usage-item.ts";

/** What a batch consists of, besides its id. */
export interface BatchContent {
  readonly recorderId: string;
  readonly holds: readonly (Hold | "malformed")[];
  readonly items: readonly ReportedItem[];
}

/**
 * SHA-256 over what a batch says, whatever bytes it came in: the same content is recognised from
 * a client that writes its maps in another order when it sends again.
 */
export function contentSha256({ recorderId, holds, items }: BatchContent): Buffer {
  const hash = createHash("sha256").update(`${recorderId}\n${holds.length}\n`);
  const places = new Map<ReportedItem["hold"], number>();
  holds.forEach((hold, at) => {
    if (hold !== "malformed") places.set(hold, at + 1);
    hash.update(holdText(hold));
  });
  let text = "";
  for (const { kind, eventId, hash: said, hold, corrects } of items) {
    const place = hold === undefined ? 0 : (places.get(hold) ?? -1);
    text += `${kind} ${eventId} ${said} ${place} ${correctionName(corrects)}\n`;
  }
  return hash.update(text).digest();
}

function holdText(hold: Hold | "malformed"): string {
  if (hold === "malformed") return "malformed\n";
  const units = hold.units.map(({ counterId, units }) => `${counterId} ${units}`);
  return `${hold.gateId} ${units.join(" ")}\n`;
}
