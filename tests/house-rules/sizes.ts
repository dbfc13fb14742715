import { isTest, type Source } from "./source.ts";

/** Past this a file is two. A test that is a table may be longer. */
export const fileLinesMax = 300;
/** What makes a tree pleasant to read is its ordinary file, not its largest. */
export const fileLinesMedianMax = 80;
export const fileLinesP90Max = 200;

/** Complaints about files that are too long, one by one and in the middle of the crowd. */
export function checkSizes(sources: readonly Source[]): string[] {
  const sized = sources
    .filter(({ path }) => !isTest(path))
    .map(({ path, text }) => ({ path, lines: linesOf(text) }))
    .sort((a, b) => a.lines - b.lines);
  const complaints = sized
    .filter(({ lines }) => lines > fileLinesMax)
    .map(({ path, lines }) => `${path} has ${lines} lines; at most ${fileLinesMax}`);
  const median = at(sized, 0.5);
  const p90 = at(sized, 0.9);
  if (median > fileLinesMedianMax) {
    complaints.push(
      `half of the files have ${median} lines or more; at most ${fileLinesMedianMax}`,
    );
  }
  if (p90 > fileLinesP90Max) {
    complaints.push(`a tenth of the files has ${p90} lines or more; at most ${fileLinesP90Max}`);
  }
  return complaints;
}

function linesOf(text: string): number {
  return text.trimEnd().split("\n").length;
}

function at(sorted: readonly { lines: number }[], share: number): number {
  return sorted[Math.floor(sorted.length * share)]?.lines ?? 0;
}
