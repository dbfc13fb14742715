import type { PrintedInvoice, PrintedParty } from "./printed-invoice.ts";
import { COLOURS, INNER_WIDTH, PAGE, type Sheet } from "./sheet.ts";

const label = { font: "medium", size: 8, colour: COLOURS.muted } as const;
const detail = { size: 9, colour: COLOURS.muted } as const;

const COLUMN_GAP = 24;
const HALF = (INNER_WIDTH - COLUMN_GAP) / 2;

/** What stands above the lines: who bills, whom, and the facts of the invoice. */
export function drawHead(sheet: Sheet, invoice: PrintedInvoice): void {
  const right = PAGE.side + HALF + COLUMN_GAP;
  const top = sheet.y;
  const supplierEnd = drawParty(sheet, invoice.supplier, PAGE.side, top + 4, 14);
  const title = { font: "bold", size: 26, colour: COLOURS.accent, align: "right" } as const;
  const titleEnd = top - 6 + sheet.text(invoice.title, right, top - 6, HALF, title);
  sheet.y = Math.max(supplierEnd, titleEnd) + 12;
  sheet.rule(sheet.y, COLOURS.accent, 1.5);
  sheet.y += 16;
  const blockTop = sheet.y;
  sheet.text("Billed to", PAGE.side, blockTop, HALF, label);
  const recipientEnd = drawParty(sheet, invoice.recipient, PAGE.side, blockTop + 13, 11.5);
  const factsEnd = drawFacts(sheet, invoice.facts, right, blockTop);
  sheet.y = Math.max(recipientEnd, factsEnd) + 18;
  drawAmountDue(sheet, invoice);
}

/** A name and what belongs to it; gives where it ends. */
function drawParty(sheet: Sheet, party: PrintedParty, x: number, y: number, size: number): number {
  let at = y + sheet.text(party.name, x, y, HALF, { font: "bold", size });
  for (const text of party.details) at += sheet.text(text, x, at, HALF, detail);
  return at;
}

function drawFacts(sheet: Sheet, facts: PrintedInvoice["facts"], x: number, y: number): number {
  const labelWidth = 84;
  let at = y;
  for (const [name, value] of facts) {
    sheet.text(name, x, at + 1, labelWidth, { ...label, size: 8.5 });
    const style = { font: "medium", size: 9.5, align: "right" } as const;
    at += sheet.text(value, x + labelWidth, at, HALF - labelWidth, style) + 3;
  }
  return at;
}

/** The one figure everybody looks for, and by when. */
function drawAmountDue(sheet: Sheet, invoice: PrintedInvoice): void {
  const height = 40;
  sheet.document.roundedRect(PAGE.side, sheet.y, INNER_WIDTH, height, 4).fill(COLOURS.band);
  const inner = PAGE.side + 14;
  const width = INNER_WIDTH - 28;
  const due = invoice.facts.find(([name]) => name === "Due date")?.[1] ?? "";
  const text = `Amount due by ${due}`;
  sheet.text(text, inner, sheet.y + 12, width, { font: "medium", size: 10, colour: COLOURS.muted });
  const figure = { font: "bold", size: 18, colour: COLOURS.accent, align: "right" } as const;
  sheet.text(invoice.total, inner, sheet.y + 6, width, figure);
  sheet.y += height + 20;
}
