import { identifierName, isTest, placeOf, type Source, type SyntaxNode } from "./source.ts";

/** What others build on, so that they need not read the code behind it. */
const offered = /^(packages\/[^/]+|sdk\/[^/]+)\/src\//;

/**
 * Complaints about exports of the shared packages and of the SDK that do not say what they mean. A
 * type may say it at its members.
 */
export function checkDocstrings(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => offered.test(path) && !isTest(path))
    .flatMap((source) => {
      const exported = (source.program.body as SyntaxNode[]).filter(
        ({ type, declaration }) => type === "ExportNamedDeclaration" && declaration,
      );
      return exported
        .filter((node, index) => !isDescribed(source, node, exported[index - 1]))
        .map((node) => `${placeOf(source, node)} ${namesOf(node)} has no docstring`);
    });
}

/** Whether a doc comment ends right before the node; overloads after the first share its words. */
function isDescribed(source: Source, node: SyntaxNode, before: SyntaxNode | undefined): boolean {
  if (before && namesOf(before) === namesOf(node)) return true;
  const { declaration } = node;
  const membersMaySay = /^TS/.test((declaration as SyntaxNode).type);
  return source.comments.some(({ type, value, start, end }) => {
    if (membersMaySay && start > node.start && end < node.end && value.startsWith("*")) return true;
    const between = source.text.slice(end, node.start);
    return type === "Block" && value.startsWith("*") && end <= node.start && between.trim() === "";
  });
}

function namesOf({ declaration }: SyntaxNode): string {
  const { id, declarations } = declaration as SyntaxNode;
  if (id) return identifierName(id) ?? "";
  const names = (declarations as SyntaxNode[]).map((each) => identifierName(each.id) ?? "…");
  return names.join(", ");
}
