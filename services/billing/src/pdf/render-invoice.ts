import { drawHead } from "./draw-head.ts";
import { drawLines, drawTotals } from "./draw-lines.ts";
import type { PrintedInvoice } from "./printed-invoice.ts";
import { COLOURS, INNER_WIDTH, PAGE, Sheet } from "./sheet.ts";

/** An invoice as a PDF: A4, and the same bytes each time it is made. */
export async function renderInvoice(invoice: PrintedInvoice): Promise<Uint8Array> {
  const title = `${invoice.title} ${invoice.number}`;
  const sheet = new Sheet({ title, author: invoice.supplier.name, time: invoice.time });
  drawHead(sheet, invoice);
  drawLines(sheet, invoice.lines);
  drawTotals(sheet, invoice);
  drawFooter(sheet, invoice.footer);
  return sheet.finish((page, pages) => drawPageFoot(sheet, title, page, pages));
}

const foot = { size: 8, colour: COLOURS.muted } as const;

function drawFooter(sheet: Sheet, footer: string): void {
  if (footer === "") return;
  sheet.ensure(sheet.heightOf(footer, INNER_WIDTH, foot));
  sheet.y += sheet.text(footer, PAGE.side, sheet.y, INNER_WIDTH, foot);
}

function drawPageFoot(sheet: Sheet, title: string, page: number, pages: number): void {
  const y = PAGE.height - PAGE.bottom + 28;
  sheet.rule(y - 8);
  sheet.text(title, PAGE.side, y, INNER_WIDTH, foot);
  sheet.text(`Page ${page} of ${pages}`, PAGE.side, y, INNER_WIDTH, { ...foot, align: "right" });
}
