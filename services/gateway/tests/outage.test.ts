import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FakeServices, goodToken, startFakeServices } from "./fake-services.ts";
import { ask, openTestDoor, type TestDoor } from "./web-door.ts";

let door: TestDoor;
let services: FakeServices;
const headers = { authorization: `Bearer ${goodToken}` };
const list = () => ask(`${door.url}/v1/customers`, { headers });

before(async () => {
  services = await startFakeServices();
  door = await openTestDoor(services.port, { TOLLBOOK_GATEWAY_ANSWER_WITHIN: "1s" });
});
after(async () => {
  await door.parts.stop();
  await services.stop();
});

describe("a service that does not answer in time", () => {
  it("is 504, worth another try", async () => {
    const json = { timeZone: "slow" };
    const answer = await ask(`${door.url}/v1/usage:query`, { method: "POST", json, headers });
    assert.equal(answer.status, 504);
    assert.equal(answer.json.reason, "DEADLINE_EXCEEDED");
    assert.equal(answer.headers.get("retry-after"), "1");
  });
});

describe("a service that is down", () => {
  it("is 503 with Retry-After and no word of our network, then refused at once", async () => {
    await services.stop();
    const first = await list();
    assert.equal(first.status, 503);
    assert.equal(first.json.reason, "UNAVAILABLE");
    assert.equal(first.headers.get("retry-after"), "1");
    assert.doesNotMatch(first.text, /127\.0\.0\.1|ECONN/);
    await Promise.all(Array.from({ length: 25 }, list));
    const open = await list();
    assert.equal(open.status, 503);
    assert.equal(open.json.reason, "DEPENDENCY_UNAVAILABLE");
    const metrics = await ask(`${door.url}/metrics`);
    assert.match(metrics.text, /tollbook_breaker_open\{service="auth"\} 1/);
  });

  it("leaves the door itself open, and is used again once it is back", async () => {
    assert.equal((await ask(`${door.url}/healthz`)).status, 200);
    services = await startFakeServices(services.port);
    const deadline = Date.now() + 15_000;
    let answer = await list();
    while (answer.status === 503 && Date.now() < deadline) {
      await new Promise((done) => setTimeout(done, 200));
      answer = await list();
    }
    assert.equal(answer.status, 200);
  });
});
