import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { programPath } from "../config.ts";
import { makeFolder } from "../make-folder.ts";
import { unpackDebianPackage } from "./debian-package.ts";
import { downloadRelease } from "./nats-release.ts";

export interface FindNatsServer {
  /** Where a fetched nats-server is kept for the next time. */
  cacheFolder: string;
  /** The program somebody chose (`TOLLBOOK_NATS_SERVER`); if it does not run, nothing else is tried. */
  configuredPath?: string | undefined;
  /** Told what is being tried when it takes longer than a look. */
  say?: (line: string) => void;
}

/** JetStream as we use it is in every nats-server from here on. */
const oldest = { major: 2, minor: 9 };
const versionMs = 5_000;

/**
 * The path of a nats-server that runs: the configured one; else the one on the PATH, the one
 * fetched before, the official release for this platform, or Debian's package unpacked without
 * installing it. When there is none, the error says what was tried and what to do.
 */
export async function findNatsServer(options: FindNatsServer): Promise<string> {
  const { cacheFolder, configuredPath } = options;
  if (configuredPath) return configured(configuredPath);
  makeFolder(cacheFolder);
  const cached = join(cacheFolder, "nats-server");
  const say = options.say ?? (() => {});
  const ways: [string, () => string | undefined | Promise<string | undefined>][] = [
    ["PATH", () => onPath()],
    ["cache", () => (existsSync(cached) ? cached : undefined)],
    ["official release", () => downloadRelease(cacheFolder, cached, say)],
    ["Debian package", () => unpackDebianPackage(cacheFolder, cached, say)],
  ];
  const tried: string[] = [];
  for (const [name, look] of ways) {
    try {
      const path = await look();
      if (path === undefined) {
        tried.push(`${name}: not there`);
        continue;
      }
      checkVersion(path);
      return path;
    } catch (error) {
      tried.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  throw new Error(nothingFound(tried));
}

function configured(path: string): string {
  try {
    checkVersion(path);
    return path;
  } catch (cause) {
    const fault = `The configured nats-server ${path} cannot be used: ${(cause as Error).message}`;
    const advice =
      "Let TOLLBOOK_NATS_SERVER name one that runs, or unset it: one is looked for then.";
    throw new Error(`${fault}\n${advice}`, { cause });
  }
}

function onPath(): string | undefined {
  const candidates = programPath().split(delimiter).filter(Boolean);
  return candidates.map((folder) => join(folder, "nats-server")).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Takes a hundredth of a second, and is waited for: where PostgreSQL's cluster is made at the same
 * time on a slow machine, an answer would be read only after its time was over.
 */
function checkVersion(path: string): void {
  const stdout = execFileSync(path, ["--version"], {
    ...{ timeout: versionMs, encoding: "utf8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [, major, minor] = /v?(\d+)\.(\d+)/.exec(stdout) ?? [];
  const known = Number(major) * 1_000 + Number(minor);
  if (!(known >= oldest.major * 1_000 + oldest.minor)) {
    throw new Error(
      `it calls itself "${stdout.trim()}"; ${oldest.major}.${oldest.minor} or newer is needed`,
    );
  }
}

function nothingFound(tried: readonly string[]): string {
  const install =
    process.platform === "darwin"
      ? "Install it (`brew install nats-server`)"
      : "Install it (`apt-get install nats-server`, or from https://nats.io/download)";
  return [
    "No nats-server was found, and none could be fetched:",
    ...tried.map((line) => `  - ${line}`),
    `${install}, or say where it is: TOLLBOOK_NATS_SERVER=/path/to/nats-server.`,
  ].join("\n");
}
