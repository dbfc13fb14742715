import { createHash } from "node:crypto";
import { isId } from "@tollbook/domain";
import { pageTokenMalformed } from "./errors.ts";

/** Which part of a list is asked for. Ids are UUIDv7, so newest first is greatest id first. */
export interface Page {
  size: number;
  /** The last id of the page before. */
  beforeId: string | undefined;
  /** What the token is bound to: the list and its other arguments. */
  binding: string;
}

const pageSizeDefault = 100;
const pageSizeMax = 1_000;
/** Characters of the binding a token carries: enough to notice another list's token. */
const bindingLength = 16;

/** Reads page_size and page_token; the token holds only for the same list and arguments. */
export function parsePage(pageSize: number, pageToken: string, list: readonly string[]): Page {
  const size = Math.min(pageSize === 0 ? pageSizeDefault : pageSize, pageSizeMax);
  const hash = createHash("sha256").update(JSON.stringify(list)).digest("hex");
  const binding = hash.slice(0, bindingLength);
  if (pageToken === "") return { size, beforeId: undefined, binding };
  const [beforeId = "", bound] = Buffer.from(pageToken, "base64url").toString().split(":");
  if (!isId(beforeId) || bound !== binding) throw pageTokenMalformed();
  return { size, beforeId, binding };
}

/** Cuts the one row more than the page holds off again, and names where to go on. */
export function toPage<Row>(rows: readonly Row[], page: Page, idOf: (row: Row) => string) {
  const items = rows.slice(0, page.size);
  const last = items.at(-1);
  if (rows.length <= page.size || last === undefined) return { items, nextPageToken: "" };
  const token = Buffer.from(`${idOf(last)}:${page.binding}`).toString("base64url");
  return { items, nextPageToken: token };
}
