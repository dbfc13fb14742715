import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { checkout, needs } from "@tollbook/testing";
import { programPath } from "../config.ts";
import { type Account, signUp } from "./world/account.ts";
import type { Json } from "./world/api.ts";
import { codeIn } from "./world/markdown.ts";
import { type Platform, startPlatform } from "./world/platform.ts";

const run = promisify(execFile);
const guide = "docs/guides/cloudevents.md";

describe("usage as CloudEvents", needs("postgres", "nats"), () => {
  let platform: Platform;
  before(async () => {
    platform = await startPlatform();
  });
  after(async () => void (await platform?.stop()));

  it("is counted as the guide says, command by command", async () => {
    const account = await signUp(platform.http);
    const token = await tokenOf(platform, account);
    const [script = ""] = codeIn(guide, "Try it", "sh");
    const text = ["set -euo pipefail", script.replaceAll("http://127.0.0.1:8080", platform.http)];
    const env = { PATH: programPath, token, root_key: account.rootKey };
    const { stdout } = await run("bash", ["-c", text.join("\n")], { cwd: checkout, env });
    const [one, again, batch = "", headers, usage = ""] = stdout.split("\n");
    assert.deepEqual([one, again, batch.slice(-3), headers], ["204", "204", "400", "204"], stdout);
    const problem = JSON.parse(batch.slice(0, -3));
    assert.equal(problem.reason, "EVENTS_REJECTED");
    assert.deepEqual(problem.metadata, { counted: "2", duplicates: "0", rejected: "1" });
    assert.deepEqual(
      problem.violations.map(({ field, reason }: Json) => [field, reason]),
      [["[1].subject", "CUSTOMER_UNKNOWN"]],
    );
    const { rows, total } = JSON.parse(usage);
    assert.deepEqual([total.calls, total.units, total.errors], ["4", "1203", "1"]);
    assert.deepEqual(
      rows.map((row: Json) => [row.group.endpoint, row.calls]),
      [
        ["/v1/orders/{id}", "2"],
        ["tokens", "2"],
      ],
    );
  });

  it("is counted once, however many send it at the same moment", async () => {
    const account = await signUp(platform.http);
    await account.owner.post("/v1/customers", { name: "ACME", externalId: "acme" });
    const batch = Array.from({ length: 300 }, (_, at) => eventOf(String(at)));
    const sends = Array.from({ length: 4 }, () => send(account, batch));
    assert.deepEqual(await Promise.all(sends.map(statusOf)), [204, 204, 204, 204]);
    assert.equal(await callsOf(account), "300");
  });
});

async function tokenOf({ http }: Platform, { email, password }: Account): Promise<string> {
  const body = JSON.stringify({ email, password });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${http}/v1/sessions`, { method: "POST", headers, body });
  return ((await answer.json()) as Json).session.accessToken;
}

function eventOf(id: string): Json {
  const data = { endpoint: "/v1/orders", method: "GET", status: 200 };
  return { specversion: "1.0", type: "request", source: "shop", id, subject: "acme", data };
}

function send({ program }: Account, events: Json[]): Promise<Response> {
  const headers = { "content-type": "application/cloudevents-batch+json" };
  return program.fetch("/v1/events", { method: "POST", headers, body: JSON.stringify(events) });
}

const statusOf = async (sent: Promise<Response>) => (await sent).status;

async function callsOf({ owner }: Account): Promise<string> {
  const [startTime, endTime] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000));
  return (await owner.post("/v1/usage:query", { startTime, endTime })).total.calls;
}
