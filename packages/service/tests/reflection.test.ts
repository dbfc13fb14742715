import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { TimeServiceService } from "@tollbook/contracts/local/v1";
import { TravellingClock } from "@tollbook/domain";
import { contractsImage, timeDoor } from "@tollbook/service";
import { checkout } from "@tollbook/testing";
import { startHost } from "./start-host.ts";

const buf = join(checkout, "node_modules", ".bin", "buf");
const grpc = ["--protocol", "grpc", "--http2-prior-knowledge"];

async function curl(address: string, ...args: string[]): Promise<string> {
  const at = args.map((arg) => arg.replace("ADDRESS", `http://${address}`));
  const { stdout } = await promisify(execFile)(buf, ["curl", ...grpc, ...at], { timeout: 20_000 });
  return stdout;
}

describe("reflection", () => {
  const clock = new TravellingClock(new Date("2031-05-06T07:08:09Z"), () => 0);

  it("lets buf curl list, describe and call what is served, in both versions", async () => {
    const { address, close } = await startHost(timeDoor(clock), {
      reflectionImage: await contractsImage(),
    });
    for (const version of ["grpc-v1", "grpc-v1alpha"]) {
      const reflect = ["--reflect", "--reflect-protocol", version];
      const services = await curl(address, ...reflect, "--list-services", "ADDRESS");
      assert.equal(services.trim(), "tollbook.local.v1.TimeService");
      const { path } = TimeServiceService.getTime;
      const answer = await curl(address, ...reflect, "-d", "{}", `ADDRESS${path}`);
      assert.deepEqual(JSON.parse(answer), { time: "2031-05-06T07:08:09Z" });
    }
    await close();
  });

  it("is not served unless it is asked for", async () => {
    const { address, close } = await startHost(timeDoor(clock));
    await assert.rejects(curl(address, "--reflect", "--list-services", "ADDRESS"));
    await close();
  });
});
