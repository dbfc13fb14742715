import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient, createLogger } from "@tollbook/service";
import { checkout } from "@tollbook/testing";

const buf = join(checkout, "node_modules", ".bin", "buf");
const curl = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect"];
/** Services of each process, to be found at the one address. */
const samples = ["auth.v1.KeyService", "billing.v1.PlanService", "gate.v1.GateService"].concat([
  "metering.v1.UsageService",
  "notifier.v1.ChannelService",
]);
/** grpc.health.v1.HealthCheckResponse: field 1, SERVING. */
const serving = "0801";

/** Fails unless health says SERVING of all and of each, and reflection lists the services. */
export async function grpcAnswers(address: string): Promise<void> {
  const list = [...curl, "--list-services", `http://${address}`];
  const { stdout } = await promisify(execFile)(buf, list, { timeout: 20_000 });
  const listed = stdout.trim().split("\n");
  for (const name of samples) {
    assert.ok(listed.includes(`tollbook.${name}`), `${name} in ${stdout}`);
    assert.equal(await healthOf(address, `tollbook.${name}`), serving, name);
  }
  assert.equal(await healthOf(address, ""), serving);
}

/** grpc.health.v1, whose messages are left as bytes: both have one short field. */
const bytes = (value: Buffer) => value;
const check = {
  path: "/grpc.health.v1.Health/Check",
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;
const Health = { service: { check }, serviceName: "grpc.health.v1.Health" };

/** The answer of the health service, as hex. */
async function healthOf(address: string, service: string): Promise<string> {
  const logger = createLogger({ service: "tests", level: "silent" });
  const client = createClient(Health, { address, deadlineMs: 5_000, logger });
  const name = Buffer.from(service);
  const request = name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a, name.length), name]);
  try {
    return (await client.check(request)).toString("hex");
  } finally {
    client.close();
  }
}
