import { basename } from "node:path";
import { identifierName, isTest, placeOf, type Source, type SyntaxNode, walk } from "./source.ts";

interface Ban {
  applies: (path: string) => boolean;
  finds: (node: SyntaxNode) => boolean;
  why: string;
}

const decimalFile = "packages/domain/src/decimal.ts";

const bans: readonly Ban[] = [
  {
    applies: (path) => basename(path) !== "config.ts",
    finds: readsEnvironment,
    why: "settings are read in a config.ts, where each has its type, default and meaning",
  },
  {
    applies: (path) => path.includes("/domain/") && !isTest(path),
    finds: makesNumber,
    why: "domain code computes with Big and bigint; a number loses paise without a word",
  },
  {
    applies: (path) => path !== decimalFile && !isTest(path),
    finds: (node) => isCallOf(node, "div"),
    why: `division rounds, so it happens once and last: divideLast in ${decimalFile}`,
  },
];

/** Complaints about code that may stand in one place only, or in none. */
export function checkForbiddenCode(sources: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const source of sources) {
    const active = bans.filter(({ applies }) => applies(source.path));
    walk(source.program, (node) => {
      for (const { finds, why } of active) {
        if (finds(node)) complaints.push(`${placeOf(source, node)} ${why}`);
      }
    });
  }
  return complaints;
}

/** `process.env`, `process["env"]`, `const { env } = process`, `import { env } from "node:process"`. */
function readsEnvironment(node: SyntaxNode): boolean {
  if (node.type === "MemberExpression") {
    return isProcess(node.object) && nameOf(node.property) === "env";
  }
  if (node.type === "VariableDeclarator") {
    return isProcess(node.init) && hasProperty(node.id, "env");
  }
  if (node.type !== "ImportDeclaration") return false;
  const from = nameOf(node.source) ?? "";
  const taken = node.specifiers as SyntaxNode[];
  return /^(node:)?process$/.test(from) && taken.some((each) => nameOf(each.imported) === "env");
}

/** `Number(x)`, `parseFloat(x)`, `Number.parseFloat(x)`, `+x`. */
function makesNumber(node: SyntaxNode): boolean {
  if (node.type === "UnaryExpression") return node.operator === "+";
  if (node.type !== "CallExpression") return false;
  const called = identifierName(node.callee);
  return called === "Number" || called === "parseFloat" || isCallOf(node, "parseFloat");
}

function isCallOf(node: SyntaxNode, method: string): boolean {
  const callee = node.callee as SyntaxNode | undefined;
  return (
    node.type === "CallExpression" &&
    callee?.type === "MemberExpression" &&
    nameOf(callee.property) === method
  );
}

function isProcess(node: unknown): boolean {
  const { type, object, property } = Object(node) as SyntaxNode;
  if (type === "MemberExpression") {
    return identifierName(object) === "globalThis" && nameOf(property) === "process";
  }
  return identifierName(node) === "process";
}

function hasProperty(pattern: unknown, name: string): boolean {
  const { type, properties } = Object(pattern) as SyntaxNode;
  if (type !== "ObjectPattern") return false;
  return (properties as SyntaxNode[]).some(({ key }) => nameOf(key) === name);
}

/** The name of an identifier, or the text of a string. */
function nameOf(node: unknown): string | undefined {
  const { name, value } = Object(node) as { name?: string; value?: unknown };
  return name ?? (typeof value === "string" ? value : undefined);
}
