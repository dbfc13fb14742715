import { isSyntaxNode, isTest, literalText, type Source, type SyntaxNode, walk } from "./source.ts";

/** METER_NOT_FOUND; a single word like INTERNAL is a reason too. */
const reasonShape = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** What a parameter or property that carries a reason is called. */
const reasonName = /^reason$|Reason$/;

/**
 * Every reason our code can give: the strings that reach a parameter or a property named `reason`,
 * wherever they are written. Functions are known by name, over all files.
 */
export function reasonsOf(sources: readonly Source[]): Set<string> {
  const written = sources.filter(({ path }) => !isTest(path));
  const takers = new Map<string, Set<number>>();
  for (const { program } of written) walk(program, (node) => noteTaker(node, takers));
  const reasons = new Set<string>();
  const add = (texts: readonly string[]) => {
    for (const text of texts) if (reasonShape.test(text)) reasons.add(text);
  };
  for (const { program } of written) {
    walk(program, (node) => {
      add(givenReasons(node, takers).flatMap(textsOf));
      add(namedReasons(node, program));
    });
  }
  return reasons;
}

/** Notes at which places a function, method or class takes a reason. */
function noteTaker(node: SyntaxNode, takers: Map<string, Set<number>>): void {
  const { name, parameters } = asFunction(node);
  if (name === undefined) return;
  parameters.forEach((parameter, index) => {
    if (!reasonName.test(parameterName(parameter) ?? "")) return;
    const places = takers.get(name) ?? new Set();
    takers.set(name, places.add(index));
  });
}

function asFunction(node: SyntaxNode): { name?: string | undefined; parameters: SyntaxNode[] } {
  if (node.type === "FunctionDeclaration" || node.type === "TSDeclareFunction") {
    return { name: nameOf(node.id), parameters: parametersOf(node) };
  }
  if (node.type === "VariableDeclarator" && isSyntaxNode(node.init) && "params" in node.init) {
    return { name: nameOf(node.id), parameters: parametersOf(node.init) };
  }
  if (node.type === "MethodDefinition" && isSyntaxNode(node.value)) {
    return { name: nameOf(node.key), parameters: parametersOf(node.value) };
  }
  if (node.type === "ClassDeclaration") {
    const body = (node.body as SyntaxNode).body as SyntaxNode[];
    const made = body.find(({ kind }) => kind === "constructor");
    return {
      name: nameOf(node.id),
      parameters: made ? parametersOf(made.value as SyntaxNode) : [],
    };
  }
  return { parameters: [] };
}

/** What a node gives as a reason: arguments, `reason: …`, and the default `reason = …`. */
function givenReasons(node: SyntaxNode, takers: ReadonlyMap<string, Set<number>>): unknown[] {
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    const callee = node.callee as SyntaxNode;
    const places = takers.get(nameOf(callee.property) ?? nameOf(callee) ?? "") ?? [];
    return [...places].map((index) => (node.arguments as SyntaxNode[])[index]);
  }
  if (node.type === "Property" && reasonName.test(nameOf(node.key) ?? "")) return [node.value];
  if (node.type === "AssignmentPattern" && reasonName.test(nameOf(node.left) ?? "")) {
    return [node.right];
  }
  if (node.type === "VariableDeclarator" && reasonName.test(nameOf(node.id) ?? "")) {
    return [node.init];
  }
  return [];
}

/** What a type called …Reason names: `"A_B" | "C_D"`, or the keys of the object it is made of. */
function namedReasons(node: SyntaxNode, program: SyntaxNode): string[] {
  if (node.type !== "TSTypeAliasDeclaration" || !reasonName.test(nameOf(node.id) ?? "")) return [];
  const named: string[] = [];
  walk(node.typeAnnotation as SyntaxNode, (part) => {
    if (part.type === "TSLiteralType") named.push(...textsOf(part.literal));
    if (part.type === "TSTypeQuery") named.push(...keysOf(nameOf(part.exprName), program));
  });
  return named;
}

function keysOf(constant: string | undefined, program: SyntaxNode): string[] {
  const keys: string[] = [];
  walk(program, (node) => {
    if (node.type !== "VariableDeclarator" || nameOf(node.id) !== constant) return;
    const { properties = [] } = withoutTypes(node.init as SyntaxNode);
    keys.push(...(properties as SyntaxNode[]).map(({ key }) => nameOf(key) ?? ""));
  });
  return keys;
}

function withoutTypes(node: SyntaxNode): SyntaxNode {
  return isSyntaxNode(node.expression) ? withoutTypes(node.expression) : node;
}

/** The text of a literal, or of both arms of a choice between literals. */
function textsOf(node: unknown): string[] {
  if (!isSyntaxNode(node)) return [];
  if (node.type === "ConditionalExpression") {
    return [...textsOf(node.consequent), ...textsOf(node.alternate)];
  }
  if (node.type === "LogicalExpression") return [...textsOf(node.left), ...textsOf(node.right)];
  if (isSyntaxNode(node.expression)) return textsOf(node.expression);
  const text = literalText(node);
  return text === undefined ? [] : [text];
}

function parametersOf(node: SyntaxNode): SyntaxNode[] {
  return (node.params ?? []) as SyntaxNode[];
}

function parameterName(node: SyntaxNode): string | undefined {
  return nameOf(node.type === "AssignmentPattern" ? node.left : node);
}

function nameOf(node: unknown): string | undefined {
  return isSyntaxNode(node) && typeof node.name === "string" ? node.name : undefined;
}
