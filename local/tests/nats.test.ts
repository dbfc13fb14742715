import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { checkout, handedOn, needs } from "@tollbook/testing";
import { findNatsServer, startNats, stateFolder, throwawayFolder } from "../src/parts/index.ts";
import { unpackRelease } from "../src/parts/nats/nats-release.ts";
import { processName } from "../src/parts/process-facts.ts";

const parts = new URL("../src/parts/index.ts", import.meta.url).href;

describe("findNatsServer", () => {
  it("takes the configured program and looks no further", async () => {
    const { path } = throwawayFolder();
    const configuredPath = program(join(path, "chosen"), "nats-server: v2.14.1");
    assert.equal(await findNatsServer({ cacheFolder: path, configuredPath }), configuredPath);
  });

  it("says what is wrong with a configured program instead of taking another one", async () => {
    const { path } = throwawayFolder();
    const configuredPath = program(join(path, "chosen"), "nats-server: v2.8.4");
    await assert.rejects(
      findNatsServer({ cacheFolder: path, configuredPath }),
      /configured nats-server .* cannot be used: .*2\.8\.4.*2\.9 or newer is needed/,
    );
    const nowhere = join(path, "nowhere");
    const missing = findNatsServer({ cacheFolder: path, configuredPath: nowhere });
    await assert.rejects(missing, /nowhere cannot be used: .*ENOENT/);
  });
});

describe("startNats", needs("nats"), () => {
  it("takes over from a server whose process was killed with -9", async () => {
    const storeFolder = join(throwawayFolder().path, "nats");
    const cacheFolder = join(stateFolder(checkout), "cache");
    const binary = handedOn().natsServer ?? (await findNatsServer({ cacheFolder }));
    const code = `
      const { startNats } = await import(${JSON.stringify(parts)});
      const server = await startNats(${JSON.stringify({ binary, storeFolder })});
      console.log(server.pid);
      process.kill(process.pid, "SIGKILL");`;
    const killed = spawnSync(process.execPath, ["--input-type=module", "-e", code]);
    const left = Number(killed.stdout);
    assert.ok(processName(left), "the server outlives the process that started it");
    const server = await startNats({ binary, storeFolder });
    assert.equal(processName(left), undefined, "the one left behind is gone");
    await assert.rejects(startNats({ binary, storeFolder }), /is in use by process \d+/);
    await server.stop();
  });
});

describe("unpackRelease", () => {
  const name = "nats-server-v2.12.15-linux-amd64";

  it("unpacks an archive with the pinned sum", async () => {
    const { path } = throwawayFolder();
    const archive = releaseArchive(path, name);
    const sha256 = createHash("sha256").update(archive).digest("hex");
    await unpackRelease(archive, { name, sha256 }, path, join(path, "nats-server"));
    const found = execFileSync(join(path, "nats-server"), { encoding: "utf8" });
    assert.equal(found.trim(), "nats-server: v2.12.15");
  });

  it("refuses an archive with another sum and leaves nothing behind", async () => {
    const { path } = throwawayFolder();
    const archive = releaseArchive(path, name);
    const wanted = { name, sha256: "0".repeat(64) };
    const unpacked = unpackRelease(archive, wanted, path, join(path, "nats-server"));
    await assert.rejects(unpacked, /not the one pinned here/);
    assert.ok(!existsSync(join(path, "nats-server")));
  });
});

/** A program that says this of itself. */
function program(path: string, says: string): string {
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

function releaseArchive(folder: string, name: string): Buffer {
  mkdirSync(join(folder, name));
  program(join(folder, name, "nats-server"), "nats-server: v2.12.15");
  execFileSync("tar", ["-czf", "release.tar.gz", name], { cwd: folder });
  return readFileSync(join(folder, "release.tar.gz"));
}
