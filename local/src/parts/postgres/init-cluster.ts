import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./postgres-account.ts";

export interface Cluster {
  /** PostgreSQL's own data folder. */
  folder: string;
  /** Of the superuser `postgres`. */
  password: string;
}

/**
 * The cluster in this folder, made first if there is none. It is made under another name and given
 * its own when it is whole, so that an interrupted first start leaves nothing in the way.
 */
export async function initCluster(
  dataFolder: string,
  binaries: string,
  account: Account | undefined,
): Promise<Cluster> {
  const folder = join(dataFolder, "cluster");
  const passwordFile = join(dataFolder, "superuser-password");
  if (!existsSync(folder)) await makeCluster(folder, passwordFile, binaries, account);
  refuseOtherMajor(folder, binaries, account);
  return { folder, password: readFileSync(passwordFile, "utf8").trim() };
}

const run = promisify(execFile);

/** It takes seconds on a busy machine, and others start meanwhile. */
async function makeCluster(
  folder: string,
  passwordFile: string,
  binaries: string,
  account: Account | undefined,
): Promise<void> {
  const half = `${folder}.unfinished`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  if (account) for (const path of [half, passwordFile]) chownSync(path, account.uid, account.gid);
  await run(
    join(binaries, "bin/initdb"),
    [
      `--pgdata=${half}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The same order and the same upper case on every machine, whatever locales it has.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
    ],
    { ...account, cwd: half, env: { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin" } },
  ).catch((error: Error & { stderr?: string }) => {
    const why = error.stderr || error.message;
    throw new Error(`initdb could not make a PostgreSQL cluster in ${half}: ${why}`);
  });
  chmodSync(half, 0o700);
  renameSync(half, folder);
}

function refuseOtherMajor(folder: string, binaries: string, account: Account | undefined): void {
  const data = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  const options = { ...account, encoding: "utf8", cwd: "/" } as const;
  const { stdout } = spawnSync(join(binaries, "bin/postgres"), ["--version"], options);
  const program = /(\d+)\.\d+/.exec(stdout)?.[1];
  if (program !== data) {
    throw new Error(
      `${folder} was made by PostgreSQL ${data}, and this is PostgreSQL ${program}. Move the data ` +
        "with pg_upgrade or a dump, or remove the folder to begin anew.",
    );
  }
}
