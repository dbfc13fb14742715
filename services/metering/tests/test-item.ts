import { itemHash } from "../src/domain/item-hash.ts";
import { type HeadingWords, UsageHeadings } from "../src/domain/usage-heading.ts";
import type { ReportedItem } from "../src/domain/usage-item.ts";

/** An item with all that it says in one object. */
export type TestItem = Omit<ReportedItem, "heading" | "hash" | "timeMs"> &
  Omit<HeadingWords, "timeMs"> & { readonly time: Date | undefined };

/** The item as it comes off the wire; those of a batch share their headings. */
export function reported(item: TestItem, headings = new UsageHeadings()): ReportedItem {
  const { caller, endpoint, method, status, refused, time, ...rest } = item;
  const timeMs = time?.getTime() ?? Number.NaN;
  const heading = headings.of({ caller, endpoint, method, status, refused, timeMs });
  const whole = { ...rest, heading, timeMs, hash: 0n };
  return { ...whole, hash: itemHash(whole) };
}
