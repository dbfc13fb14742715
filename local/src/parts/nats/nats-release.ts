import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const version = "2.12.15";

/**
 * SHA-256 of the release's archives. Checked against the official image's build of the same version
 * (nats-io/nats-docker, recorded by docker-library/repo-info), which downloads these very files and
 * compares them with these sums. Only Linux is built there, so only Linux can be pinned from it:
 * elsewhere nats-server is installed by hand.
 */
const archives: Readonly<Record<string, { name: string; sha256: string }>> = {
  "linux-x64": {
    name: `nats-server-v${version}-linux-amd64`,
    sha256: "58ab8131f819263897e2fc38e503e1b755b63bcafeecc7d12582487df48ca15e",
  },
  "linux-arm64": {
    name: `nats-server-v${version}-linux-arm64`,
    sha256: "b724db99fefbf8f5c808baa82819ee50350aee9734017e4a478f7e545cef3ab6",
  },
};

const releases = `https://github.com/nats-io/nats-server/releases/download/v${version}`;
/** A machine without internet must not make its user wait. */
const connectMs = 2_000;
const downloadMs = 60_000;
/** Twice the largest archive so far. */
const archiveBytesMax = 32 * 1024 * 1024;
const redirectsMax = 5;

/**
 * Fetches the pinned release and puts its program at `target`. Undefined where no release is pinned
 * for this platform; throws when it cannot be had or is not what was pinned.
 */
export async function downloadRelease(
  cacheFolder: string,
  target: string,
  say: (line: string) => void,
): Promise<string | undefined> {
  const archive = archives[`${process.platform}-${process.arch}`];
  if (archive === undefined) return undefined;
  say(`fetching nats-server ${version}`);
  const content = await download(`${releases}/${archive.name}.tar.gz`);
  await unpackRelease(content, archive, cacheFolder, target);
  return target;
}

/** Checks the archive against its sum, then moves the program in it to `target` in one step. */
export async function unpackRelease(
  content: Uint8Array,
  archive: { name: string; sha256: string },
  cacheFolder: string,
  target: string,
): Promise<void> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  if (sha256 !== archive.sha256) {
    throw new Error(`${archive.name}.tar.gz has SHA-256 ${sha256}, not the one pinned here`);
  }
  const folder = mkdtempSync(join(cacheFolder, "release-"));
  try {
    const file = join(folder, "archive.tar.gz");
    writeFileSync(file, content);
    const program = `${archive.name}/nats-server`;
    await run("tar", ["-xzf", file, "-C", folder, program]);
    chmodSync(join(folder, program), 0o755);
    renameSync(join(folder, program), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function download(url: string, redirects = redirectsMax): Promise<Uint8Array> {
  const next = await new Promise<Uint8Array | URL>((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(downloadMs) }, (response) => {
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location) {
        response.destroy();
        resolve(new URL(headers.location, url));
        return;
      }
      if (statusCode !== 200) {
        response.destroy();
        reject(new Error(`${url} answered ${statusCode}`));
        return;
      }
      collect(response).then(resolve, reject);
    });
    request.on("error", reject);
    giveUpUnlessConnected(request);
  });
  if (!(next instanceof URL)) return next;
  if (redirects === 0) throw new Error(`${url} leads to too many other addresses`);
  return download(next.href, redirects - 1);
}

function giveUpUnlessConnected(request: ReturnType<typeof get>): void {
  const late = () => request.destroy(new Error(`no connection within ${connectMs / 1000} s`));
  const timer = setTimeout(late, connectMs);
  request.once("socket", (socket) => {
    socket.once("secureConnect", () => clearTimeout(timer));
    if (!socket.connecting) clearTimeout(timer);
  });
  request.once("close", () => clearTimeout(timer));
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > archiveBytesMax) throw new Error("the archive is larger than any release");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
