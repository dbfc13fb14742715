import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { ask, openTestDoor, type TestDoor } from "./web-door.ts";

let door: TestDoor;
let dist: string;
before(async () => {
  dist = await mkdtemp(join(tmpdir(), "tollbook-dist-"));
  door = await openTestDoor(1, { TOLLBOOK_GATEWAY_DASHBOARD_FOLDER: dist });
});
after(async () => {
  await door.parts.stop();
  await rm(dist, { recursive: true });
});
const get = (path: string) => ask(door.url + path);

describe("/openapi.json", () => {
  it("is a valid OpenAPI 3.1 document", async () => {
    const { json } = await get("/openapi.json");
    const result = await new Validator().validate(json);
    assert.equal(result.valid, true, JSON.stringify(result.errors, undefined, 1));
    assert.equal(json.openapi, "3.1.0");
  });

  it("describes operations once each, with meanings, and the gate without hashes", async () => {
    const { json } = await get("/openapi.json");
    const operations = Object.values(json.paths).flatMap((path) => Object.values(path as object));
    const ids = operations.map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { description, operationId } of operations) assert.ok(description, operationId);
    assert.equal(json.components.schemas.CheckRequest.properties.keySha256, undefined);
    assert.ok(json.components.schemas.ImportedKey.properties.keySha256);
    assert.deepEqual(json.paths["/v1/accounts:signUp"].post.security, []);
  });
});

describe("/docs", () => {
  it("has a page for each service, with nothing from elsewhere and no script", async () => {
    const { text, headers } = await get("/docs");
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const links = [...text.matchAll(/href="([^"#]*)/g)].map(([, href]) => href ?? "");
    for (const href of new Set(links.filter(Boolean))) {
      assert.match(href, /^\//, href);
      if (href.startsWith("/docs")) assert.equal((await get(href)).status, 200, href);
    }
    const page = await get("/docs/customers");
    assert.match(page.text, /\/v1\/customers\/\{customerId\}:suspend/);
    assert.doesNotMatch(text + page.text, /<script|https?:\/\//);
  });
});

describe("the dashboard's paths", () => {
  it("say how to build it while it is not built, and serve it once it is", async () => {
    const notBuilt = await get("/customers/c1");
    assert.equal(notBuilt.status, 503);
    assert.match(notBuilt.text, /npm run build -w dashboard/);
    await mkdir(join(dist, "assets"));
    await writeFile(join(dist, "index.html"), "<title>Tollbook</title>");
    await writeFile(join(dist, "assets/index-1a.js"), "1");
    for (const path of ["/", "/customers", "/customers/c1", "/settings"]) {
      const page = await get(path);
      assert.equal(page.status, 200, path);
      assert.equal(page.text, "<title>Tollbook</title>");
      assert.match(page.headers.get("cache-control") ?? "", /max-age=0/);
    }
    const script = await get("/assets/index-1a.js");
    assert.match(script.headers.get("cache-control") ?? "", /max-age=31536000, immutable/);
  });

  it("are no others: unknown paths are problems, and no file outside can be reached", async () => {
    for (const path of ["/customer", "/assets/none.js", "/assets/..%2f..%2fpackage.json"]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.json.reason, "ROUTE_NOT_FOUND");
    }
  });
});

describe("the door itself", () => {
  it("is healthy, counts requests, and does not say what it is made of", async () => {
    const health = await get("/healthz");
    assert.deepEqual(health.json, { status: "ok" });
    assert.equal(health.headers.get("server"), null);
    assert.equal(health.headers.get("x-powered-by"), null);
    assert.equal(health.headers.get("x-content-type-options"), "nosniff");
    const metrics = await get("/metrics");
    assert.match(
      metrics.text,
      /tollbook_http_request_seconds_count\{method="GET",route="\/healthz"/,
    );
  });

  it("answers what is no HTTP with a problem", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = createConnection(Number(new URL(door.url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text));
    socket.write("GIVE ME\r\n\r\n");
    assert.match(await promise, /^HTTP\/1.1 400 Bad Request\r\n.*"reason":"REQUEST_MALFORMED"/s);
  });

  it("names a taken port and the setting that changes it", async () => {
    const port = new URL(door.url).port;
    await assert.rejects(
      openTestDoor(1, { TOLLBOOK_HTTP_PORT: port }),
      new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken\\. Set TOLLBOOK_HTTP_PORT`),
    );
  });
});
