import type { UsageRow } from "../app/usage-query-store.ts";
import type { ExportColumn, ExportValue } from "./export-columns.ts";

/** The first line of a CSV file (RFC 4180). */
export function csvHead(columns: readonly ExportColumn[]): string {
  return lineOf(columns.map(({ name }) => name));
}

/** Rows as lines of a CSV file. */
export function csvLines(columns: readonly ExportColumn[], rows: readonly UsageRow[]): string {
  return rows.map((row) => lineOf(columns.map(({ read }) => read(row)))).join("");
}

function lineOf(values: readonly ExportValue[]): string {
  return `${values.map(cellOf).join(",")}\r\n`;
}

function cellOf(value: ExportValue): string {
  if (value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? safeText(value) : String(value);
}

/**
 * What a spreadsheet would take for a formula, also in full-width characters, and after blanks,
 * which some of them skip: an endpoint's name comes from whoever calls.
 */
const FORMULA = /^[\s\u00a0]*[=+\-@＝＋－＠|%]|^[\t\r\n]/;

/** An apostrophe makes a spreadsheet show text as it is, and run none of it. */
function safeText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
