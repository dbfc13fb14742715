import { workspaceOf } from "./imports.ts";
import {
  identifierName,
  isSyntaxNode,
  isTest,
  literalText,
  placeOf,
  type Source,
  type SyntaxNode,
  walk,
} from "./source.ts";

const contracts = /^@tollbook\/contracts\/(\w+)\/v1$/;

/**
 * Complaints about doors whose permission table does not have exactly one row for each RPC of the
 * contract, built or not, and about gRPC services that have no door at all.
 */
export function checkPermissions(
  sources: readonly Source[],
  rpcs: ReadonlyMap<string, readonly string[]>,
): string[] {
  const written = sources.filter(({ path }) => !isTest(path));
  const complaints: string[] = [];
  const open = new Set<string>();
  for (const source of written) {
    for (const door of doorsOf(source, written)) {
      const place = placeOf(source, door.node);
      const wanted = rpcs.get(door.service);
      if (wanted === undefined) {
        complaints.push(`${place} opens ${door.service}, which is not in the contract`);
        continue;
      }
      open.add(door.service);
      complaints.push(...compareRows(`${place} ${door.service}`, wanted, door.rows));
    }
  }
  const closed = [...rpcs.keys()].filter((service) => !open.has(service));
  return [...complaints, ...closed.map((service) => `${service} has no door and no permissions`)];
}

interface FoundDoor {
  node: SyntaxNode;
  /** `tollbook.auth.v1.KeyService`. */
  service: string;
  /** The RPCs its table names; undefined if the table was not found. */
  rows: string[] | undefined;
}

/** Objects with `service` and `permissions`, as a Door has them. */
function doorsOf(source: Source, sources: readonly Source[]): FoundDoor[] {
  const found: FoundDoor[] = [];
  const origins = contractImports(source);
  walk(source.program, (node) => {
    if (node.type !== "ObjectExpression") return;
    const definition = identifierName(propertyOf(node, "service"));
    const permissions = propertyOf(node, "permissions");
    const of = origins.get(definition ?? "");
    if (definition === undefined || permissions === undefined || of === undefined) return;
    const name = definition.replace(/Service$/, "");
    const table = tableOf(permissions, source, sources);
    found.push({ node, service: `tollbook.${of}.v1.${name}`, rows: table && keysOf(table) });
  });
  return found;
}

function compareRows(
  door: string,
  wanted: readonly string[],
  rows: readonly string[] | undefined,
): string[] {
  if (rows === undefined) return [`${door}: its permission table is no plain object nearby`];
  return [
    ...wanted.filter((rpc) => !rows.includes(rpc)).map((rpc) => `${door}/${rpc} has no permission`),
    ...rows.filter((row) => !wanted.includes(row)).map((row) => `${door} has no RPC ${row}`),
  ];
}

/** Which package of the contract each imported definition is of: KeyServiceService → auth. */
function contractImports(source: Source): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { moduleRequest, entries } of source.module.staticImports) {
    const of = contracts.exec(moduleRequest.value)?.[1];
    if (of === undefined) continue;
    for (const { localName } of entries) origins.set(localName.value, of);
  }
  return origins;
}

/** The object behind `permissions`: written there, or a constant of this workspace. */
function tableOf(
  node: SyntaxNode,
  source: Source,
  sources: readonly Source[],
): SyntaxNode | undefined {
  const plain = withoutTypes(node);
  if (plain.type === "ObjectExpression") return plain;
  const name = identifierName(plain);
  const home = workspaceOf(source.path);
  const near = [source, ...sources.filter(({ path }) => workspaceOf(path) === home)];
  for (const { program } of name === undefined ? [] : near) {
    let table: SyntaxNode | undefined;
    walk(program, (each) => {
      if (each.type === "VariableDeclarator" && identifierName(each.id) === name) {
        const value = isSyntaxNode(each.init) ? withoutTypes(each.init) : undefined;
        if (value?.type === "ObjectExpression") table = value;
      }
    });
    if (table) return table;
  }
  return undefined;
}

function withoutTypes(node: SyntaxNode): SyntaxNode {
  return isSyntaxNode(node.expression) ? withoutTypes(node.expression) : node;
}

function propertyOf(object: SyntaxNode, name: string): SyntaxNode | undefined {
  const properties = object.properties as SyntaxNode[];
  const found = properties.find(({ key }) => identifierName(key) === name);
  return isSyntaxNode(found?.value) ? found.value : undefined;
}

function keysOf(object: SyntaxNode): string[] {
  const properties = object.properties as SyntaxNode[];
  return properties.map(({ key }) => identifierName(key) ?? literalText(key) ?? "a spread");
}
