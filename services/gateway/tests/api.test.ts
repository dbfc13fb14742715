import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FakeServices, goodToken, startFakeServices } from "./fake-services.ts";
import { ask, openTestDoor, type TestDoor } from "./web-door.ts";

let services: FakeServices;
let door: TestDoor;
const bearer = { authorization: `Bearer ${goodToken}` };
const call = (path: string, init: Parameters<typeof ask>[1] = {}) =>
  ask(door.url + path, { ...init, headers: { ...bearer, ...init.headers } });

before(async () => {
  services = await startFakeServices();
  door = await openTestDoor(services.port);
});
after(async () => {
  await door.parts.stop();
  await services.stop();
});

describe("an RPC over HTTP", () => {
  it("takes JSON in, answers JSON, and hands credential and trace on", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const json = { external_id: "abc", name: "ABC Pvt Ltd", metadata: { tier: "gold" } };
    const answer = await call("/v1/customers", { method: "POST", json, headers: { traceparent } });
    assert.equal(answer.status, 200);
    assert.equal(answer.json.customer.externalId, "abc");
    assert.equal(answer.json.customer.version, "9");
    assert.equal(answer.json.customer.standing, "STANDING_UNSPECIFIED");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const businessTime = Date.parse(answer.headers.get("tollbook-time") ?? "");
    assert.ok(Math.abs(businessTime - Date.now()) < 60_000);
    const sent = services.calls.at(-1);
    assert.equal(sent?.rpc, "createCustomer");
    assert.equal(sent?.token, bearer.authorization);
    assert.equal(sent?.traceId, "0af7651916cd43dd8448eb211c80319c");
  });

  it("binds query and path", async () => {
    await call("/v1/customers?page_size=5&nameContains=ABC%20Pvt");
    const { request } = services.calls.at(-1) ?? {};
    assert.deepEqual(request, {
      pageSize: 5,
      nameContains: "ABC Pvt",
      externalId: "",
      pageToken: "",
    });
  });

  it("keeps whole numbers of 64 bits exact", async () => {
    const answer = await call("/v1/usage:query", { method: "POST", json: {} });
    assert.equal(answer.json.rows[0].calls, "9007199254740993");
  });

  it("sends a file as a file", async () => {
    const pdf = await call("/v1/invoices/i1/pdf");
    assert.equal(pdf.headers.get("content-type"), "application/pdf");
    assert.equal(
      pdf.headers.get("content-disposition"),
      "inline; filename=\"INV-2026-1.pdf\"; filename*=UTF-8''INV%2F2026%201.pdf",
    );
    assert.equal(pdf.headers.get("content-security-policy"), "frame-ancestors 'none'");
    assert.equal(pdf.text, "%PDF");
  });

  it("streams a file whose chunks come one by one, and tells an error before the first", async () => {
    const csv = await call("/v1/usage:export", { method: "POST", json: {} });
    assert.match(csv.headers.get("content-disposition") ?? "", /^attachment; filename="usage.csv"/);
    assert.equal(csv.text.split("\n").length, 102);
    const json = { format: "EXPORT_FORMAT_PARQUET" };
    const refused = await call("/v1/usage:export", { method: "POST", json });
    assert.equal(refused.status, 400);
    assert.equal(refused.json.reason, "FORMAT");
  });

  it("answers a refused check as a decision, not as an error", async () => {
    const answer = await call("/v1/check", { method: "POST", json: { key: "tb_live_x" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.json.verdict, "VERDICT_RATE_LIMITED");
  });

  it("does not take the hash of a key at the gate's door", async () => {
    const before = services.calls.length;
    const json = { keySha256: Buffer.alloc(32).toString("base64") };
    const answer = await call("/v1/check", { method: "POST", json });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.reason, "KEY_HASH_NOT_ACCEPTED");
    assert.equal(services.calls.length, before);
  });
});

describe("an error over HTTP", () => {
  it("is problem+json with the reason, the metadata and the violations of the service", async () => {
    const none = await call("/v1/customers/c9");
    assert.equal(none.status, 404);
    assert.equal(none.headers.get("content-type"), "application/problem+json; charset=utf-8");
    assert.deepEqual(none.json, {
      type: "urn:tollbook:problem:CUSTOMER_NOT_FOUND",
      title: "Not Found",
      status: 404,
      reason: "CUSTOMER_NOT_FOUND",
      detail: "There is none.",
      metadata: { customerId: "c9" },
    });
    const bad = await call("/v1/customers", { method: "POST", json: {} });
    assert.equal(bad.status, 400);
    assert.deepEqual(bad.json.violations, [
      { field: "externalId", reason: "TAKEN", description: "It is taken." },
    ]);
  });

  it("carries Retry-After when a quota is used up", async () => {
    const answer = await call("/v1/customers/c1:suspend", { method: "POST", json: {} });
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("retry-after"), "4");
    assert.equal(answer.json["violated-policies"][0].name, "customer:abc");
  });

  it("says nothing of a bug but the trace id", async () => {
    const answer = await call("/v1/customers/bug");
    assert.equal(answer.status, 500);
    assert.match(answer.json.traceId, /^[0-9a-f]{32}$/);
    assert.doesNotMatch(answer.text, /secret/);
  });

  it("is 401 with a challenge without a good credential", async () => {
    const anonymous = await ask(`${door.url}/v1/customers`);
    assert.equal(anonymous.status, 401);
    assert.match(anonymous.headers.get("www-authenticate") ?? "", /^Bearer/);
    const long = { authorization: `Bearer ${"x".repeat(5_000)}` };
    assert.equal(
      (await call("/v1/customers", { headers: long })).json.reason,
      "CREDENTIAL_MALFORMED",
    );
  });

  it("is 501 for what is described and not built", async () => {
    const answer = await call("/v1/invoices");
    assert.equal(answer.status, 501);
    assert.equal(answer.json.title, "Not Implemented");
  });
});

describe("what is no request of ours", () => {
  const post = (body: string, type = "application/json") =>
    call("/v1/customers", { method: "POST", body, headers: { "content-type": type } });

  it("is 400 when the body is not JSON or not an object", async () => {
    const broken = await post("{name:");
    assert.equal(broken.status, 400);
    assert.equal(broken.json.reason, "BODY_NOT_JSON");
    assert.equal((await post("[]")).json.reason, "BODY_NOT_AN_OBJECT");
  });

  it("is 400 naming the unknown field, even a dangerous one", async () => {
    const answer = await post('{"name": "A", "colour": "red", "__proto__": {"x": 1}}');
    assert.equal(answer.status, 400);
    const fields = answer.json.violations.map(({ field }: { field: string }) => field);
    assert.deepEqual(fields, ["colour", "__proto__"]);
  });

  it("is 415 for another media type", async () => {
    const answer = await post("name=ABC", "application/x-www-form-urlencoded");
    assert.equal(answer.status, 415);
    assert.match(answer.json.detail, /application\/json/);
  });

  it("is 413 above 1 MiB", async () => {
    const answer = await post(JSON.stringify({ name: "x".repeat(1_100_000) }));
    assert.equal(answer.status, 413);
    assert.equal(answer.json.reason, "BODY_TOO_LARGE");
  });

  it("is 404 for an unknown path or verb, also of internal RPCs", async () => {
    const paths = ["/v1/nothing", "/v1/keys/k1:explode", "/tollbook.auth.v1.CustomerService/X"];
    for (const path of paths) {
      const answer = await call(path, { method: "POST", json: {} });
      assert.equal(answer.status, 404, path);
      assert.equal(answer.json.reason, "ROUTE_NOT_FOUND");
    }
    assert.equal((await call(`/v1/keys/${"x".repeat(300)}`)).status, 414);
    assert.equal((await call("/v1/keys/%zz")).json.reason, "URL_MALFORMED");
  });

  it("is 405 with Allow for a method that a path does not offer", async () => {
    const answer = await call("/v1/customers", { method: "DELETE" });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "GET, HEAD, POST");
    const verb = await call("/v1/keys:issue", { method: "PATCH", body: "junk" });
    assert.equal(verb.headers.get("allow"), "POST");
  });
});
