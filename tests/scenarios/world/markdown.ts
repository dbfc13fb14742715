import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "@tollbook/testing";

const fence = "```";

/** The blocks of code in one language directly under a heading of a document, in order. */
export function codeIn(file: string, heading: string, language: string): string[] {
  const blocks: string[][] = [];
  let under = "";
  // Inside a block, a line may begin with `#` and be no heading.
  let block: string[] | undefined;
  for (const line of readFileSync(join(checkout, file), "utf8").split("\n")) {
    if (block !== undefined) {
      if (line === fence) block = undefined;
      else block.push(line);
    } else if (line.startsWith(fence)) {
      block = [];
      if (under === heading && line === fence + language) blocks.push(block);
    } else if (line.startsWith("#")) {
      under = line.replace(/^#+ /, "");
    }
  }
  return blocks.map((lines) => lines.join("\n"));
}
