export interface NewMigration {
  /** `0003-credit-notes.ts`. */
  file: string;
  /** `creditNotes`. */
  constant: string;
  text: string;
}

/** The next migration after those files, without a statement yet. */
export function newMigration(name: string, files: readonly string[]): NewMigration {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`"${name}" is no name for a migration: it is kebab-case, like credit-notes.`);
  }
  const numbers = files.map((file) => Number.parseInt(file, 10)).filter(Number.isInteger);
  const number = String(Math.max(0, ...numbers) + 1).padStart(4, "0");
  const constant = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const text = [
    'import { sqlMigration } from "@tollbook/service/storage";',
    "",
    `export const ${constant} = sqlMigration("${number}-${name}", []);`,
    "",
  ].join("\n");
  return { file: `${number}-${name}.ts`, constant, text };
}

/** The list of migrations with this one at its end. */
export function enterMigration(index: string, { file, constant }: NewMigration): string {
  const imported = /(?:^import .*"\.\/\d{4}-.*\n)+/m.exec(index)?.[0];
  const list = /export const migrations[^=]*= \[([^\]]*)\];/.exec(index);
  if (imported === undefined || list === null) {
    throw new Error("Its index.ts has no list of migrations that this task can read.");
  }
  const [whole, entries = ""] = list;
  const entered = `${entries.trim().replace(/,$/, "")}, ${constant}`;
  return index
    .replace(imported, `${imported}import { ${constant} } from "./${file}";\n`)
    .replace(whole, whole.replace(`[${entries}]`, `[${entered}]`));
}
