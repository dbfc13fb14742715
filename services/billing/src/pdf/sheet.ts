import PDFDocument from "pdfkit";
import { type FontName, fonts } from "./fonts.ts";

/** A4, in points. */
export const PAGE = { width: 595.28, height: 841.89, side: 54, top: 54, bottom: 72 } as const;

export const INNER_WIDTH = PAGE.width - 2 * PAGE.side;

export const COLOURS = {
  ink: "#1c2430",
  muted: "#5d6876",
  rule: "#d9dee5",
  accent: "#0b4f6c",
  band: "#f2f6f8",
} as const;

export interface TextStyle {
  readonly font?: FontName;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: "left" | "right" | "center";
}

const LINE_GAP = 0.5;
const TEXT_SIZE = 9.5;

/** Pages and a place on them; knows nothing of invoices. */
export class Sheet {
  readonly document: PDFKit.PDFDocument;
  /** Where the next thing is drawn, from the top of the page. */
  y: number = PAGE.top;
  /** Draws what every further page begins with. */
  onNewPage: () => void = () => {};

  constructor(info: { readonly title: string; readonly author: string; readonly time: Date }) {
    this.document = new PDFDocument({
      size: "A4",
      pdfVersion: "1.7",
      lang: "en-IN",
      displayTitle: true,
      bufferPages: true,
      margin: 0,
      info: {
        Title: info.title,
        Author: info.author,
        Creator: "Tollbook",
        Producer: "Tollbook",
        CreationDate: info.time,
        ModDate: info.time,
      },
      // pdfkit would otherwise begin with Helvetica, which has no ₹.
      font: parsed("regular"),
    });
  }

  /** Begins a new page if less than this height is left on this one. */
  ensure(height: number): void {
    if (this.y + height <= PAGE.height - PAGE.bottom) return;
    this.document.addPage();
    this.y = PAGE.top;
    this.onNewPage();
  }

  /** Writes text into a column, and gives the height it took. */
  text(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    const { colour = COLOURS.ink, align = "left" } = style;
    const height = this.heightOf(text, width, style);
    this.document.fillColor(colour);
    this.document.text(text, x, y, { width, align, lineGap: LINE_GAP });
    return height;
  }

  heightOf(
    text: string,
    width: number,
    { font = "regular", size = TEXT_SIZE }: TextStyle = {},
  ): number {
    this.document.font(parsed(font)).fontSize(size);
    return this.document.heightOfString(text, { width, lineGap: LINE_GAP });
  }

  /** How wide a column must be for text to stay on one line. */
  widthOf(text: string, { font = "regular", size = TEXT_SIZE }: TextStyle = {}): number {
    this.document.font(parsed(font)).fontSize(size);
    return this.document.widthOfString(text) + 1;
  }

  rule(y: number, colour: string = COLOURS.rule, thickness = 0.75): void {
    this.document
      .moveTo(PAGE.side, y)
      .lineTo(PAGE.width - PAGE.side, y)
      .lineWidth(thickness)
      .strokeColor(colour)
      .stroke();
  }

  /** The finished file. `draw` is called for each page, when it is known how many there are. */
  finish(draw: (page: number, pages: number) => void): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const { document } = this;
    const { count } = document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      document.switchToPage(page);
      draw(page + 1, count);
    }
    return new Promise((resolve, reject) => {
      document.on("data", (chunk: Buffer) => chunks.push(chunk));
      document.on("end", () => resolve(Buffer.concat(chunks)));
      document.on("error", reject);
      document.end();
    });
  }
}

/** pdfkit takes a font that fontkit has parsed; its types do not say so. */
function parsed(font: FontName): string {
  return fonts[font] as unknown as string;
}
