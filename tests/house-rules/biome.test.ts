import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { checkout } from "./source.ts";

const biome = join(checkout, "node_modules/.bin/biome");
const room = mkdtempSync(join(tmpdir(), "tollbook-biome-"));
after(() => rmSync(room, { recursive: true }));
// The same settings, in a folder that is under no version control.
const settings = JSON.parse(readFileSync(join(checkout, "biome.json"), "utf8"));
writeFileSync(join(room, "biome.json"), JSON.stringify({ ...settings, vcs: { enabled: false } }));

/** What `biome ci` says of a file with this text; empty if it is content. */
function said(text: string, name = "sign-in.ts"): string {
  writeFileSync(join(room, name), text);
  const args = ["ci", "--error-on-warnings", "--colors=off", name];
  const { status, stdout, stderr } = spawnSync(biome, args, { cwd: room, encoding: "utf8" });
  return status === 0 ? "" : stdout + stderr;
}

describe("Biome, as it is set up here", () => {
  it("refuses default exports, enums, parameter properties and namespaces", () => {
    assert.match(said("export default 1;\n"), /noDefaultExport/);
    assert.match(said("export enum A {\n  B = 1,\n}\n"), /noEnum/);
    const parameter = "export class A {\n  constructor(readonly b: string) {}\n}\n";
    assert.match(said(parameter), /noParameterProperties/);
    assert.match(said("export namespace A {\n  export const b = 1;\n}\n"), /noNamespace/);
  });

  it("refuses what is imported and not used, and any", () => {
    assert.match(said('import { a } from "./a.ts";\n'), /noUnusedImports/);
    assert.match(said("export const a: any = 1;\n"), /noExplicitAny/);
  });

  it("refuses a name that is not in kebab-case", () => {
    assert.match(said("export const a = 1;\n", "signIn.ts"), /useFilenamingConvention/);
  });

  it("takes a line of 100 columns and refuses one of 101", () => {
    const line = (length: number) => `export const text = f(a, "${"x".repeat(length - 29)}");\n`;
    const rest = 'const a = "a";\nconst f = (b: string, c: string) => b + c;\n';
    assert.equal(line(100).length, 101);
    assert.equal(said(rest + line(100)), "");
    assert.match(said(rest + line(101)), /would have printed|differs from formatting/);
  });
});
