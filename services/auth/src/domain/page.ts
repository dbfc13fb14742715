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

/** Reads page_size and page_token; the token holds only for the same list and arguments. */
export function parsePage(pageSize: number, pageToken: string, argumentsOfList: string[]): Page {
  const size = Math.min(pageSize === 0 ? pageSizeDefault : pageSize, pageSizeMax);
  const binding = createHash("sha256").update(JSON.stringify(argumentsOfList)).digest("hex");
  if (pageToken === "") return { size, beforeId: undefined, binding };
  const [beforeId = "", bound] = Buffer.from(pageToken, "base64url").toString().split(":");
  if (!isId(beforeId) || bound !== binding.slice(0, 16)) throw pageTokenMalformed();
  return { size, beforeId, binding };
}

/** Cuts one row more than the page holds off again, and names where to go on. */
export function toPage<Row>(rows: readonly Row[], page: Page, idOf: (row: Row) => string) {
  const items = rows.slice(0, page.size);
  const last = items.at(-1);
  const more = rows.length > page.size && last !== undefined;
  const token = more ? `${idOf(last)}:${page.binding.slice(0, 16)}` : "";
  return { items, nextPageToken: Buffer.from(token).toString("base64url") };
}
