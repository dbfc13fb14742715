import { createHash } from "node:crypto";
import { DomainError, isId } from "@tollbook/domain";
import type { Page } from "../domain/page.ts";

/** A page with what its token is bound to: the list and its other arguments. */
export interface BoundPage extends Page {
  readonly binding: string;
}

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;
/** Enough to notice a token of another list. */
const BINDING_LENGTH = 16;

/** Reads page_size and page_token; the token holds only for the same list and arguments. */
export function parsePage(pageSize: number, pageToken: string, list: readonly string[]): BoundPage {
  const size = Math.min(pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize, PAGE_SIZE_MAX);
  const sha256 = createHash("sha256").update(JSON.stringify(list)).digest("hex");
  const binding = sha256.slice(0, BINDING_LENGTH);
  if (pageToken === "") return { size, beforeId: undefined, binding };
  const [beforeId = "", bound] = Buffer.from(pageToken, "base64url").toString().split(":");
  if (!isId(beforeId) || bound !== binding) throw pageTokenMalformed();
  return { size, beforeId, binding };
}

/** Cuts one row more than the page holds off again, and names where to go on. */
export function toPage<Row>(rows: readonly Row[], page: BoundPage, idOf: (row: Row) => string) {
  const items = rows.slice(0, page.size);
  const last = items.at(-1);
  const token =
    rows.length > page.size && last !== undefined ? `${idOf(last)}:${page.binding}` : "";
  return { items, nextPageToken: Buffer.from(token).toString("base64url") };
}

function pageTokenMalformed(): DomainError {
  const sentence =
    "page_token: Send back next_page_token as it came, with the same other arguments.";
  return new DomainError("invalid", "PAGE_TOKEN_MALFORMED", sentence);
}
