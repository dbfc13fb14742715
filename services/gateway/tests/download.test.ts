import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ExportUsageResponse, UsageServiceService } from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";
import { createGrpcHost, Registry, serverStream } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { quiet } from "./fake-services.ts";
import { openTestDoor } from "./web-door.ts";

const CHUNK = Buffer.alloc(65_536, "x");
const CHUNKS = 1_600; // 100 MiB
/** What may be on its way between a service and a reader who has stopped: buffers of four hops. */
const AHEAD_MAX = 320; // 20 MiB

/** A service whose export is large, and how much of it was asked for. */
async function exporting(failAfter = Number.POSITIVE_INFINITY) {
  const told = { made: 0, ended: false };
  const host = createGrpcHost({
    authenticator: {
      authenticate: async () => ({ kind: "member", accountId: "a", memberId: "m", role: "owner" }),
      forgetRootKey: () => {},
    },
    logger: quiet,
    metrics: new Registry(),
  });
  const exportUsage = serverStream(async function* () {
    try {
      while (told.made < CHUNKS) {
        if (told.made === failAfter) throw new DomainError("unavailable", "GONE", "It is gone.");
        told.made += 1;
        const named = told.made === 1 ? { contentType: "text/csv", fileName: "usage.csv" } : {};
        yield ExportUsageResponse.fromPartial({ file: { ...named, data: CHUNK } });
      }
    } finally {
      told.ended = true;
    }
  });
  const names = Object.values(UsageServiceService).map(({ path }) => path.split("/").at(-1) ?? "");
  const permissions = Object.fromEntries(
    names.map((name) => [name, { roles: ["owner"] as const }]),
  );
  host.add({ service: UsageServiceService, implementation: { exportUsage }, permissions });
  const door = await openTestDoor(await host.listen("127.0.0.1:0"));
  after(async () => {
    await door.parts.stop();
    await host.drain(100);
  });
  return { told, url: `${door.url}/v1/usage:export` };
}

async function download(url: string): Promise<IncomingMessage> {
  const headers = { authorization: "Bearer t", "content-type": "application/json" };
  const asking = request(url, { method: "POST", headers });
  asking.end("{}");
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return answer;
}

describe("a large download", () => {
  it("is made as fast as it is read, and no faster", async () => {
    const { told, url } = await exporting();
    const answer = await download(url);
    assert.equal(answer.statusCode, 200);
    await once(answer, "readable");
    await sleep(1_000);
    const ahead = told.made;
    assert.ok(ahead < AHEAD_MAX, `${ahead} chunks were made for a reader who reads nothing`);
    await sleep(500);
    assert.equal(told.made, ahead);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    assert.equal(bytes, CHUNKS * CHUNK.length);
    assert.ok(told.ended);
  });

  it("ends at the service when its reader goes", async () => {
    const { told, url } = await exporting();
    const answer = await download(url);
    await once(answer, "readable");
    answer.destroy();
    await eventually(() => assert.ok(told.ended));
    assert.ok(told.made < CHUNKS);
  });

  it("shows as failed when the service fails on the way", async () => {
    const { url } = await exporting(100);
    const answer = await download(url);
    const read = async () => {
      for await (const _ of answer);
    };
    await assert.rejects(read, { code: "ECONNRESET" });
  });
});
