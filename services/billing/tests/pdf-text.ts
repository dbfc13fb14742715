import { inflateSync } from "node:zlib";

/**
 * The text of a PDF, a string for each piece of text drawn, as a reader would copy it: what its
 * content streams draw, through each font's own map from glyphs to Unicode. Enough for PDFs that
 * pdfkit makes; it reads the bytes and knows nothing of how they were made.
 */
export function pdfText(pdf: Uint8Array): string[] {
  const file = Buffer.from(pdf).toString("latin1");
  const objects = objectsOf(file);
  const fonts = fontsOf(objects);
  const texts: string[] = [];
  for (const object of objects.values()) {
    const content = streamOf(object);
    if (content?.includes("BT")) texts.push(...textOf(content, fonts));
  }
  return texts;
}

function objectsOf(file: string): Map<string, string> {
  const found = file.matchAll(/(\d+) 0 obj\r?\n([\s\S]*?)endobj/g);
  return new Map([...found].map(([, id = "", body = ""]) => [id, body]));
}

function streamOf(object: string | undefined): string | undefined {
  const body = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(object ?? "")?.[1];
  if (body === undefined || object === undefined) return undefined;
  if (!object.includes("/FlateDecode")) return body;
  try {
    return inflateSync(Buffer.from(body, "latin1")).toString("latin1");
  } catch {
    return undefined; // a font file, cut by chance
  }
}

/** For each font by its name in pages (F1, F2 …): which text a glyph stands for. */
function fontsOf(objects: Map<string, string>): Map<string, Map<number, string>> {
  const fonts = new Map<string, Map<number, string>>();
  for (const object of objects.values()) {
    for (const [, name = "", id = ""] of object.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? "")?.[1];
      const glyphs = streamOf(objects.get(map ?? ""));
      if (glyphs !== undefined) fonts.set(name, glyphMap(glyphs));
    }
  }
  return fonts;
}

/** Reads `<first> <last> [<text> …]` of a CMap. */
function glyphMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>();
  for (const [, first = "", , list = ""] of cmap.matchAll(/<(\w+)> <(\w+)> \[([^\]]*)\]/g)) {
    let glyph = Number.parseInt(first, 16);
    for (const [, text = ""] of list.matchAll(/<([^>]*)>/g)) {
      map.set(glyph, Buffer.from(text.replaceAll(" ", ""), "hex").swap16().toString("utf16le"));
      glyph += 1;
    }
  }
  return map;
}

function textOf(content: string, fonts: Map<string, Map<number, string>>): string[] {
  return [...content.matchAll(/BT([\s\S]*?)ET/g)].map(([, block = ""]) => {
    const font = fonts.get(/\/(F\d+) /.exec(block)?.[1] ?? "");
    const hex = [...block.matchAll(/<([0-9a-f]+)>/g)].map(([, digits = ""]) => digits).join("");
    const glyphs = hex.match(/.{4}/g) ?? [];
    return glyphs.map((glyph) => font?.get(Number.parseInt(glyph, 16)) ?? "�").join("");
  });
}
