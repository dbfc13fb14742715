import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Comment, type EcmaScriptModule, parseSync } from "oxc-parser";

export const checkout = resolve(import.meta.dirname, "../..");

/** One file of ours, parsed. */
export interface Source {
  /** From the root of the checkout, with slashes: `services/auth/src/app/sign-in.ts`. */
  path: string;
  text: string;
  program: SyntaxNode;
  module: EcmaScriptModule;
  comments: Comment[];
}

/** A node of the syntax tree (ESTree, with TypeScript's additions). */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [property: string]: unknown;
}

const ours = "{packages,services,sdk,local,dashboard,examples,tests,tasks}/**/*.{ts,tsx,mts}";
const notOurs = ["**/node_modules/**", "**/dist/**", "packages/contracts/generated/**"];

/** Every TypeScript file that people write here. */
export function readSources(): Source[] {
  const paths = globSync(ours, { cwd: checkout, exclude: notOurs }).sort();
  return paths.map((path) => parseSource(path, readFileSync(join(checkout, path), "utf8")));
}

export function parseSource(path: string, text: string): Source {
  const { program, module, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path} is no TypeScript: ${errors[0].message}`);
  return { path, text, program: program as unknown as SyntaxNode, module, comments };
}

/** Tests, benches and what only they use: they may reach further than the code they try. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|\.fixture\.ts$|(^|\/)(tests|bench)\//.test(path);
}

/** Calls `visit` for the node and everything below it, from the top down. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const child of Object.values(node).flat()) {
    if (isSyntaxNode(child)) walk(child, visit);
  }
}

/** "services/auth/src/main.ts:12", for a complaint. */
export function placeOf(source: Source, { start }: { start: number }): string {
  return `${source.path}:${source.text.slice(0, start).split("\n").length}`;
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** The text of a string literal or of a template without holes. */
export function literalText(node: unknown): string | undefined {
  if (!isSyntaxNode(node)) return undefined;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  const parts = node.quasis as { value: { cooked: string } }[] | undefined;
  if (node.type === "TemplateLiteral" && parts?.length === 1) return parts[0]?.value.cooked;
  return undefined;
}

/** `name`, of an identifier; also under TypeScript's `as`, `satisfies` and `!`. */
export function identifierName(node: unknown): string | undefined {
  if (!isSyntaxNode(node)) return undefined;
  if (node.type === "Identifier") return node.name as string;
  return "expression" in node ? identifierName(node.expression) : undefined;
}
