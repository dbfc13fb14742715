import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FakeServices, goodToken, startFakeServices } from "./fake-services.ts";
import { ask, openTestDoor, type TestDoor } from "./web-door.ts";

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

const own = { "sec-fetch-site": "same-origin" };
const signIn = (password: string, headers: Record<string, string> = own) =>
  ask(`${door.url}/dashboard-session/sign-in`, {
    method: "POST",
    json: { email: "a@b.example", password },
    headers,
  });
const cookie = `tollbook-access=${goodToken}; tollbook-refresh=refresh-1`;
const create = (headers: Record<string, string>) =>
  ask(`${door.url}/v1/customers`, { method: "POST", json: { name: "ABC" }, headers });

describe("the dashboard's sign-in", () => {
  it("keeps the tokens in cookies that no script and no other site can use", async () => {
    const answer = await signIn("right password");
    assert.equal(answer.status, 200);
    assert.equal(answer.json.account.name, "WeatherNow");
    assert.doesNotMatch(answer.text, /token/i);
    const [access = "", refresh = ""] = answer.headers.getSetCookie();
    assert.match(
      access,
      /^tollbook-access=good-token; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/,
    );
    assert.match(refresh, /^tollbook-refresh=refresh-1; Path=\/dashboard-session; .*HttpOnly/);
  });

  it("binds the cookies to https where the public address is https", async () => {
    const env = { TOLLBOOK_GATEWAY_PUBLIC_URL: "https://toll.example" };
    const behindTls = await openTestDoor(services.port, env);
    const answer = await ask(`${behindTls.url}/dashboard-session/sign-in`, {
      method: "POST",
      json: { email: "a@b.example", password: "right password" },
      headers: { origin: "https://toll.example" },
    });
    await behindTls.parts.stop();
    const [access = "", refresh = ""] = answer.headers.getSetCookie();
    assert.match(access, /^__Host-tollbook-access=.*; Secure/);
    assert.match(refresh, /^__Secure-tollbook-refresh=.*; Secure/);
    assert.match(answer.headers.get("strict-transport-security") ?? "", /max-age=31536000/);
  });

  it("tells a wrong password, and an unknown field, as the API does", async () => {
    const wrong = await signIn("wrong password");
    assert.equal(wrong.status, 401);
    assert.equal(wrong.json.reason, "CREDENTIALS_WRONG");
    assert.deepEqual(wrong.headers.getSetCookie(), []);
  });

  it("gives the first root key at sign-up, and no token", async () => {
    const answer = await ask(`${door.url}/dashboard-session/sign-up`, {
      method: "POST",
      json: { accountName: "WeatherNow" },
      headers: own,
    });
    assert.equal(answer.json.rootKeySecret, "tb_root_x");
    assert.equal(answer.json.session, undefined);
    assert.equal(answer.headers.getSetCookie().length, 2);
  });

  it("is not to be used from another site, or from nowhere", async () => {
    const origin = { origin: "https://evil.example" };
    for (const headers of [{ "sec-fetch-site": "cross-site" }, origin, {}]) {
      const answer = await signIn("right password", headers);
      assert.equal(answer.status, 403);
      assert.equal(answer.json.reason, "CROSS_ORIGIN_REFUSED");
    }
  });
});

describe("a session cookie", () => {
  it("is a credential from our own pages", async () => {
    const answer = await create({ ...own, cookie });
    assert.equal(answer.status, 200);
    const host = new URL(door.url).host;
    assert.equal((await create({ origin: `http://${host}`, cookie })).status, 200);
    assert.equal((await ask(`${door.url}/v1/customers`, { headers: { cookie } })).status, 200);
  });

  it("changes nothing when another site sent the request", async () => {
    const before = services.calls.length;
    const forged = await create({ "sec-fetch-site": "same-site", cookie });
    assert.equal(forged.status, 403);
    assert.equal((await create({ origin: "http://127.0.0.1:1", cookie })).status, 403);
    assert.equal((await create({ cookie })).status, 403);
    assert.equal(services.calls.length, before);
  });

  it("gives way to an Authorization header", async () => {
    const authorization = "Bearer another";
    assert.equal((await create({ ...own, cookie, authorization })).json.reason, "TOKEN_INVALID");
  });

  it("is renewed by the refresh token, and cleared when that is used up", async () => {
    const refresh = (token?: string) =>
      ask(`${door.url}/dashboard-session/refresh`, {
        method: "POST",
        headers: { ...own, ...(token ? { cookie: `tollbook-refresh=${token}` } : {}) },
      });
    const renewed = await refresh("refresh-1");
    assert.equal(renewed.status, 204);
    assert.equal(renewed.headers.getSetCookie().length, 2);
    const ended = await refresh("used-before");
    assert.equal(ended.status, 401);
    assert.match(
      ended.headers.getSetCookie()[0] ?? "",
      /^tollbook-access=; .*Expires=Thu, 01 Jan 1970/,
    );
    assert.equal((await refresh()).json.reason, "SESSION_MISSING");
  });

  it("is cleared at sign-out, and auth is told", async () => {
    const url = `${door.url}/dashboard-session/sign-out`;
    const answer = await ask(url, { method: "POST", headers: { ...own, cookie } });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.getSetCookie().length, 2);
    assert.deepEqual(services.calls.at(-1)?.request, {
      refreshToken: "refresh-1",
      everywhere: false,
    });
  });
});
