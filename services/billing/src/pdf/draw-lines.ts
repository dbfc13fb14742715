import type { PrintedInvoice, PrintedLine } from "./printed-invoice.ts";
import { COLOURS, INNER_WIDTH, PAGE, type Sheet } from "./sheet.ts";

const AMOUNT_WIDTH = 110;
const QUANTITY_WIDTH = 120;
const DETAIL_WIDTH = INNER_WIDTH - AMOUNT_WIDTH;
const TEXT_WIDTH = INNER_WIDTH - AMOUNT_WIDTH - QUANTITY_WIDTH;
const QUANTITY_X = PAGE.side + TEXT_WIDTH;
const AMOUNT_X = QUANTITY_X + QUANTITY_WIDTH;
/** Between a great total and the word before it. */
const LABEL_GAP = 12;
/** A line that is higher may be broken over two pages; any other is kept together. */
const KEPT_HEIGHT_MAX = 240;

const head = { font: "medium", size: 8, colour: COLOURS.muted } as const;
const text = { font: "medium", size: 10 } as const;
const figure = { size: 10, align: "right" } as const;
const small = { size: 8.5, colour: COLOURS.muted } as const;

/** The table of lines, each with its arithmetic below it; its head again on every page. */
export function drawLines(sheet: Sheet, lines: readonly PrintedLine[]): void {
  drawTableHead(sheet);
  sheet.onNewPage = () => drawTableHead(sheet);
  for (const line of lines) drawLine(sheet, line);
  sheet.onNewPage = () => {};
}

/** What it all comes to, in figures and in words, kept together on one page. */
export function drawTotals(sheet: Sheet, invoice: PrintedInvoice): void {
  const wordsWidth = INNER_WIDTH - 40;
  const words = { font: "medium", size: 9.5 } as const;
  const wordsHeight = sheet.heightOf(invoice.words, wordsWidth, words);
  sheet.ensure(invoice.totals.length * 16 + 60 + wordsHeight);
  sheet.y += 8;
  for (const [name, value] of invoice.totals) {
    sheet.text(name, QUANTITY_X, sheet.y, QUANTITY_WIDTH, { ...figure, colour: COLOURS.muted });
    sheet.y += sheet.text(value, AMOUNT_X, sheet.y, AMOUNT_WIDTH, figure) + 2;
  }
  const total = { font: "bold", size: 12.5, align: "right" } as const;
  // Set larger than the amounts above it, so a great total needs more room than they have.
  const width = Math.max(AMOUNT_WIDTH, sheet.widthOf(invoice.total, total) + LABEL_GAP);
  const amountX = AMOUNT_X + AMOUNT_WIDTH - width;
  sheet.text("Total", QUANTITY_X, sheet.y, amountX - QUANTITY_X, total);
  sheet.y += sheet.text(invoice.total, amountX, sheet.y, width, total) + 14;
  sheet.text("Amount in words", PAGE.side, sheet.y, INNER_WIDTH, head);
  sheet.y += 13;
  sheet.y += sheet.text(invoice.words, PAGE.side, sheet.y, wordsWidth, words) + 16;
}

function drawTableHead(sheet: Sheet): void {
  sheet.text("Description", PAGE.side, sheet.y, TEXT_WIDTH, head);
  sheet.text("Quantity", QUANTITY_X, sheet.y, QUANTITY_WIDTH, { ...head, align: "right" });
  sheet.text("Amount", AMOUNT_X, sheet.y, AMOUNT_WIDTH, { ...head, align: "right" });
  sheet.y += 15;
  sheet.rule(sheet.y, COLOURS.muted);
  sheet.y += 8;
}

function drawLine(sheet: Sheet, line: PrintedLine): void {
  const details = line.span === "" ? line.arithmetic : [line.span, ...line.arithmetic];
  const heights = details.map((detail) => sheet.heightOf(detail, DETAIL_WIDTH, small));
  const height = sheet.heightOf(line.description, TEXT_WIDTH, text);
  const wholeHeight = heights.reduce((sum, each) => sum + each, height);
  // The description stays with at least the first step of its arithmetic.
  sheet.ensure(wholeHeight <= KEPT_HEIGHT_MAX ? wholeHeight : height + (heights[0] ?? 0));
  sheet.text(line.quantity, QUANTITY_X, sheet.y, QUANTITY_WIDTH, figure);
  sheet.text(line.amount, AMOUNT_X, sheet.y, AMOUNT_WIDTH, { ...figure, font: "medium" });
  sheet.y += sheet.text(line.description, PAGE.side, sheet.y, TEXT_WIDTH, text);
  for (const [index, detail] of details.entries()) {
    sheet.ensure(heights[index] ?? 0);
    sheet.y += sheet.text(detail, PAGE.side, sheet.y, DETAIL_WIDTH, small);
  }
  sheet.y += 7;
  sheet.rule(sheet.y);
  sheet.y += 8;
}
