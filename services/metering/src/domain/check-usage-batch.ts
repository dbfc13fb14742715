import { checkIdAge, DomainError, parseId } from "@tollbook/domain";

/** Events and cells of one batch: about a second of the busiest recorder. */
export const BATCH_ITEMS_MAX = 10_000;

/**
 * Looks at a batch as a whole and gives its id in lower case. "invalid" DomainError EMPTY_BATCH,
 * BATCH_TOO_LARGE, ID_MALFORMED, or the id's age: ID_TOO_OLD, ID_TOO_FAR_AHEAD.
 */
export function checkUsageBatch(batchId: string, itemCount: number, wall: Date): string {
  if (itemCount === 0) {
    throw new DomainError("invalid", "EMPTY_BATCH", "A batch has at least one event or cell.");
  }
  if (itemCount > BATCH_ITEMS_MAX) {
    const sentence = `A batch has at most ${BATCH_ITEMS_MAX} events and cells; send it in parts.`;
    const metadata = { items: String(itemCount), itemsMax: String(BATCH_ITEMS_MAX) };
    throw new DomainError("invalid", "BATCH_TOO_LARGE", sentence, metadata);
  }
  const id = parseId(batchId, "batch_id");
  const fault = checkIdAge(id, wall);
  if (fault === undefined) return id;
  const violations = [{ field: "batch_id", ...fault }];
  throw new DomainError(
    "invalid",
    fault.reason,
    `batch_id: ${fault.description}`,
    {},
    { violations },
  );
}

/** A batch that takes usage back takes all of it back: throws "invalid" BATCH_MIXED. */
export function isCorrecting(items: readonly { readonly corrects: unknown }[]): boolean {
  const correcting = items.filter(({ corrects }) => corrects !== undefined).length;
  if (correcting === 0 || correcting === items.length) return correcting > 0;
  const sentence = "A batch adds usage or takes usage back, not both; send two.";
  throw new DomainError("invalid", "BATCH_MIXED", sentence);
}

/** A batch's id came again with other content: a client that numbers its batches wrongly. */
export function batchIdReused(
  batchId: string,
  first: { readonly time: Date; readonly sha256: Buffer },
  sha256: Buffer,
): DomainError {
  const firstTime = first.time.toISOString();
  return new DomainError(
    "conflict",
    "BATCH_ID_REUSED",
    `batch_id: This id was used at ${firstTime} for other content. Make a new id for it.`,
    {
      batchId,
      firstTime,
      firstSha256: first.sha256.toString("hex"),
      thisSha256: sha256.toString("hex"),
    },
  );
}
