import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { programPath } from "../config.ts";

const run = promisify(execFile);

const packageLists = "/var/lib/dpkg/status";
/** Fetching the package lists is most of it. */
const aptMs = 90_000;

/**
 * Takes nats-server out of the distribution's own package (Debian, Ubuntu and their kin) without
 * installing it and without being root: apt works in a folder of ours, checks the archive's
 * signatures as ever, and dpkg only unpacks. Undefined where there is no apt.
 */
export async function unpackDebianPackage(
  cacheFolder: string,
  target: string,
  say: (line: string) => void,
): Promise<string | undefined> {
  if (!existsSync(packageLists) || !existsSync("/usr/bin/apt-get")) return undefined;
  say("fetching nats-server from the distribution's packages");
  const folder = mkdtempSync(join(cacheFolder, "debian-"));
  try {
    // As root, apt drops to an account of its own, which must be able to write here.
    chmodSync(folder, 0o755);
    for (const made of ["state/lists/partial", "cache/archives/partial", "unpacked"]) {
      mkdirSync(join(folder, made), { recursive: true });
    }
    const apt = (...words: string[]) => runIn(folder, "apt-get", [...aptOptions(folder), ...words]);
    await apt("update");
    await apt("download", "nats-server");
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get download left no package behind");
    await runIn(folder, "dpkg", ["-x", join(folder, archive), join(folder, "unpacked")]);
    renameSync(programIn(join(folder, "unpacked")), target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function aptOptions(folder: string): string[] {
  return [
    "-qq",
    "-o",
    `Dir::State=${join(folder, "state")}`,
    "-o",
    `Dir::State::status=${packageLists}`,
    "-o",
    `Dir::Cache=${join(folder, "cache")}`,
    "-o",
    "Debug::NoLocking=1",
    "-o",
    "APT::Sandbox::User=root",
    "-o",
    "Acquire::Languages=none",
    "-o",
    "Acquire::Retries=1",
  ];
}

async function runIn(folder: string, command: string, args: readonly string[]): Promise<void> {
  const env = { PATH: `${programPath()}:/usr/sbin:/sbin`, LC_ALL: "C" };
  try {
    await run(command, args, { cwd: folder, env, timeout: aptMs });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`${command}: ${stderr?.trim().split("\n")[0] || message}`);
  }
}

function programIn(unpacked: string): string {
  const places = ["usr/bin/nats-server", "usr/sbin/nats-server"].map((at) => join(unpacked, at));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error("the package holds no nats-server");
  return found;
}
