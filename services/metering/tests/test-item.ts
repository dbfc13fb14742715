import { itemHash } from "../src/domain/item-hash.ts";
import { type HeadingWords, UsageHeadings } from "../src/domain/usage-heading.ts";
import type { ReportedItem } from "../src/domain/usage-item.ts";

/** An item with all that it says in one object. */
export type TestItem = Omit<ReportedItem, "heading" | "hash"> & HeadingWords;

/** The item as it comes off the wire; those of a batch share their headings. */
export function reported(item: TestItem, headings = new UsageHeadings()): ReportedItem {
  const { caller, endpoint, method, status, refused, ...rest } = item;
  const words = { caller, endpoint, method, status, refused, time: item.time };
  const whole = { ...rest, heading: headings.of(words), hash: 0n };
  return { ...whole, hash: itemHash(whole) };
}
