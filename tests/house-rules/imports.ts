import { posix } from "node:path";
import type { Source } from "./source.ts";

/** One import of a file: static, dynamic or a re-export. */
export interface Import {
  /** As written: `../domain/key.ts`, `@tollbook/domain`. */
  from: string;
  /** Only types are taken: nothing of it runs. */
  typeOnly: boolean;
  start: number;
  /** For a relative import, the file it names, from the root of the checkout. */
  file: string | undefined;
}

/** Everything a file imports. A dynamic import must name its target in a plain string. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (from: string, typeOnly: boolean, start: number) => {
    const relative = from.startsWith(".");
    const file = relative ? posix.join(posix.dirname(source.path), from) : undefined;
    found.push({ from, typeOnly, start, file });
  };
  for (const { moduleRequest, entries, start } of source.module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every(({ isType }) => isType);
    add(moduleRequest.value, typeOnly, start);
  }
  for (const { entries, start } of source.module.staticExports) {
    const [first] = entries;
    if (first?.moduleRequest) {
      add(
        first.moduleRequest.value,
        entries.every(({ isType }) => isType),
        start,
      );
    }
  }
  for (const { moduleRequest, start } of source.module.dynamicImports) {
    const written = source.text.slice(moduleRequest.start, moduleRequest.end);
    if (/^["'`]/.test(written)) add(written.slice(1, -1), false, start);
  }
  return found;
}

/** "services/auth" of "services/auth/src/main.ts"; of a file at the root its folder, "tasks". */
export function workspaceOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return ["packages", "services", "sdk", "examples"].includes(first) ? `${first}/${second}` : first;
}
