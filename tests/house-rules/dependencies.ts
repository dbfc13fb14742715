import { isBuiltin } from "node:module";
import { importsOf, workspaceOf } from "./imports.ts";
import { isTest, placeOf, type Source } from "./source.ts";

/** What a package.json declares, by the folder it lies in; "" is the root. */
export interface Declared {
  folder: string;
  name: string;
  dependencies: ReadonlySet<string>;
  devDependencies: ReadonlySet<string>;
}

const testingPackage = "@tollbook/testing";

/**
 * Complaints about imports of what the workspace's package.json does not declare: it would work
 * here, where npm puts everything into one folder, and nowhere else.
 */
export function checkDependencies(
  sources: readonly Source[],
  declared: readonly Declared[],
): string[] {
  return sources.flatMap((source) => {
    const home = declared.find(({ folder }) => folder === workspaceOf(source.path));
    const root = declared.find(({ folder }) => folder === "");
    const known = new Set(home?.dependencies ?? root?.devDependencies);
    if (isTest(source.path)) for (const name of forTests(home, declared)) known.add(name);
    return importsOf(source).flatMap((each) => {
      const name = packageName(each.from);
      if (name === undefined || known.has(name)) return [];
      // Types alone come from their own package, and run nowhere.
      if (each.typeOnly && known.has(typesOf(name))) return [];
      return [`${placeOf(source, each)} imports ${name}, which its package.json does not declare`];
    });
  });
}

/** A test may use its own workspace by name, and @tollbook/testing with all that one brings. */
function forTests(home: Declared | undefined, declared: readonly Declared[]): string[] {
  const testing = declared.find(({ name }) => name === testingPackage);
  const own = [...(home?.devDependencies ?? []), home?.name ?? ""];
  return [testingPackage, ...(testing?.dependencies ?? []), ...own];
}

function packageName(from: string): string | undefined {
  if (from.startsWith(".") || from.startsWith("#") || isBuiltin(from)) return undefined;
  const words = from.split("/");
  return words.slice(0, from.startsWith("@") ? 2 : 1).join("/");
}

function typesOf(name: string): string {
  return `@types/${name.replace("@", "").replace("/", "__")}`;
}
