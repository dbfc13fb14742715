import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { type FakeServices, goodToken, startFakeServices } from "./fake-services.ts";
import { ask, openTestDoor, type TestDoor } from "./web-door.ts";

const single = "application/cloudevents+json";
const batch = "application/cloudevents-batch+json";

describe("POST /v1/events", () => {
  let services: FakeServices;
  let door: TestDoor;
  before(async () => {
    services = await startFakeServices();
    door = await openTestDoor(services.port);
  });
  after(async () => {
    await door.parts.stop();
    await services.stop();
  });

  const send = (body: unknown, headers: Record<string, string>) => {
    const authorization = `Bearer ${goodToken}`;
    const sent = body instanceof Uint8Array ? body : JSON.stringify(body);
    const init = { method: "POST", headers: { authorization, ...headers } };
    return ask(`${door.url}/v1/events`, {
      ...init,
      body: sent as NonNullable<RequestInit["body"]>,
    });
  };
  const recorded = () => services.calls.at(-1)?.request as RecordUsageRequest;
  const event = (more: object = {}) => ({
    ...{ specversion: "1.0", id: "1", source: "shop", type: "request", subject: "acme" },
    ...more,
  });

  it("takes one event and says nothing but that it is counted", async () => {
    const time = "2026-11-01T10:00:00.5+05:30";
    const data = {
      ...{ method: "get", route: "/v1/orders/{id}", status: 404, latencyMs: 12.5, units: "7" },
      ...{ request_bytes: 3, model: "small", cached: true, list: [1], long: "x".repeat(65) },
    };
    const answer = await send(event({ time, data }), { "content-type": single });
    assert.deepEqual([answer.status, answer.text], [204, ""]);
    const [usage] = recorded().events;
    assert.ok(usage);
    const { foreignId, source, caller, endpoint, method, status, latencyUs, units } = usage;
    assert.deepEqual([foreignId, source, usage.eventId], ["1", "shop", ""]);
    assert.deepEqual(caller, { $case: "customerExternalId", value: "acme" });
    assert.deepEqual([endpoint, method, status], ["/v1/orders/{id}", "GET", 404]);
    assert.deepEqual([latencyUs, units, usage.requestBytes], [12_500, 7n, 3n]);
    assert.deepEqual(usage.properties, { model: "small", cached: "true" });
    assert.equal(usage.time?.toISOString(), "2026-11-01T04:30:00.500Z");
  });

  it("makes do with what CloudEvents requires", async () => {
    const nulls = { time: null, data: null, datacontenttype: null };
    await send(event(nulls), { "content-type": `${single}; charset=utf-8` });
    const [usage] = recorded().events;
    assert.deepEqual([usage?.endpoint, usage?.method, usage?.units], ["request", "EVENT", 1n]);
    assert.ok(Math.abs(Date.now() - Number(usage?.time)) < 60_000, "its time is now");
  });

  it("takes many, as a batch and as plain JSON", async () => {
    for (const type of [batch, "application/json"]) {
      const answer = await send([event(), event({ id: "2" })], { "content-type": type });
      assert.equal(answer.status, 204);
      assert.deepEqual(
        recorded().events.map(({ foreignId }) => foreignId),
        ["1", "2"],
      );
    }
  });

  it("takes attributes from headers, percent-encoded, with the body as data", async () => {
    const headers = {
      ...{ "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "a%20b" },
      ...{ "ce-source": "shop", "ce-type": "request", "ce-subject": "caf%C3%A9" },
    };
    assert.equal((await send({ units: 3 }, headers)).status, 204);
    const [usage] = recorded().events;
    assert.deepEqual([usage?.foreignId, usage?.caller?.value, usage?.units], ["a b", "café", 3n]);
  });

  it("names the events that cannot be counted, and has the others counted", async () => {
    const events = [
      event({ id: "" }),
      event({ subject: "nobody" }),
      event({ id: "good" }),
      event({ time: "yesterday", data: { units: -1 } }),
      event({ data: { units: 1.5, status: 700, latencyMs: "NaN", properties: { a: {} } } }),
      42,
    ];
    const { status, json } = await send(events, { "content-type": batch });
    assert.equal(status, 400);
    assert.equal(json.reason, "EVENTS_REJECTED");
    assert.deepEqual(json.metadata, { counted: "1", duplicates: "0", rejected: "5" });
    assert.deepEqual(
      json.violations.map(({ field, reason }: Record<string, string>) => `${field} ${reason}`),
      [
        ...["[0].id MISSING", "[3].time INVALID_VALUE", "[4].data.latencyMs INVALID_VALUE"],
        ...["[4].data.status INVALID_VALUE", "[4].data.units INVALID_VALUE"],
        ...[
          "[4].data.properties INVALID_VALUE",
          "[5] INVALID_VALUE",
          "[1].subject CUSTOMER_UNKNOWN",
        ],
      ],
    );
    assert.equal(recorded().events.length, 2);
  });

  it("takes no number for another: whatever is not whole is named, and the good is counted", async () => {
    const bad = [
      "NaN",
      "Infinity",
      "-Infinity",
      "1e400",
      "0x10",
      "1.5",
      1.5,
      -1,
      " 7",
      "٧",
      true,
      {},
    ];
    const events = [
      event(),
      ...bad.map((units, at) => event({ id: `bad ${at}`, data: { units } })),
    ];
    const { json } = await send(events, { "content-type": batch });
    assert.deepEqual(json.metadata, { counted: "1", duplicates: "0", rejected: `${bad.length}` });
    assert.deepEqual(
      json.violations.map(({ field }: Record<string, string>) => field),
      bad.map((_, at) => `[${at + 1}].data.units`),
    );
    assert.equal(recorded().events.length, 1);
    const raw = (units: string) =>
      Buffer.from(JSON.stringify(event({ data: { units: 7 } })).replace(":7", `:${units}`));
    for (const units of ["NaN", "Infinity", "1e400"]) {
      assert.equal((await send(raw(units), { "content-type": single })).status, 400, units);
    }
  });

  it("names a single event's attribute without a place", async () => {
    const { json } = await send(event({ subject: "nobody" }), { "content-type": single });
    assert.equal(json.violations[0].field, "subject");
    const old = await send(event({ specversion: "0.3" }), { "content-type": single });
    assert.deepEqual([old.status, old.json.violations[0].field], [400, "specversion"]);
  });

  it("says when to come back if it cannot be known whose an event is, or there is too much", async () => {
    const later = await send([event({ subject: "later" }), 42], { "content-type": batch });
    assert.deepEqual([later.status, later.json.reason], [503, "EVENTS_NOT_KNOWN_YET"]);
    assert.equal(later.headers.get("retry-after"), "1");
    const full = await send(event({ subject: "full" }), { "content-type": single });
    assert.deepEqual([full.status, full.headers.get("retry-after")], [429, "2"]);
  });

  it("refuses what is no JSON, no UTF-8, no list, or of another kind", async () => {
    const refused = async (body: unknown, type: string) => {
      const { status, json } = await send(body, { "content-type": type });
      return [status, json.reason];
    };
    const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    assert.deepEqual(await refused(bytes, single), [400, "BODY_NOT_JSON"]);
    assert.deepEqual(await refused(event(), batch), [400, "BODY_NOT_JSON"]);
    assert.deepEqual(await refused(event(), "text/plain"), [415, "MEDIA_TYPE_NOT_SUPPORTED"]);
    const get = await ask(`${door.url}/v1/events`);
    assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
    const elsewhere = await ask(`${door.url}/v1/customers`, {
      ...{ method: "POST", headers: { "content-type": single }, body: "{}" },
    });
    assert.equal(elsewhere.status, 415);
  });
});
