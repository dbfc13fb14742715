import { isTest, placeOf, type Source, walk } from "./source.ts";

/** A screenful: past this, nobody holds it in the head. */
export const functionLinesMax = 50;

const functions = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Complaints about functions that are too long, from their first line to their last. */
export function checkFunctionLines(sources: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const source of sources.filter(({ path }) => !isTest(path))) {
    walk(source.program, (node) => {
      if (!functions.test(node.type)) return;
      const lines = source.text.slice(node.start, node.end).split("\n").length;
      if (lines <= functionLinesMax) return;
      complaints.push(`${placeOf(source, node)} a function has ${lines} lines; at most 50`);
    });
  }
  return complaints;
}
