import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "./settings.ts";

const key = "tb_root_abc";
const url = "http://127.0.0.1:50051";

describe("readSettings", () => {
  it("takes what the host says before what the environment says", () => {
    const settings = readSettings({ url, mode: "shadow" }, { url: "http://other:1", key });
    assert.deepEqual(settings.target, { address: "dns:///127.0.0.1:50051", tls: false });
    assert.equal(settings.key, key);
    assert.equal(settings.mode, "shadow");
    assert.deepEqual(settings.faults, []);
  });

  it("uses TLS for https, on port 443 unless told otherwise", () => {
    const { target } = readSettings({ url: "https://gates.example.com/", key }, {});
    assert.deepEqual(target, { address: "dns:///gates.example.com:443", tls: true });
  });

  const faulty: [name: string, given: object, fault: RegExp][] = [
    ["a missing address", { key }, /^TOLLBOOK_URL is not set: write Tollbook's gRPC address/],
    ["an empty address", { key, url: "" }, /^TOLLBOOK_URL is not set/],
    ["an address without a scheme", { key, url: "127.0.0.1:50051" }, /"127\.0\.0\.1:50051": write/],
    ["an address with a path", { key, url: `${url}/v1` }, /^TOLLBOOK_URL is "http.*\/v1": write/],
    ["a missing key", { url }, /^TOLLBOOK_KEY is not set/],
    ["a customer's key", { url, key: "tb_live_secret" }, /^TOLLBOOK_KEY is no root key/],
  ];
  for (const [name, given, fault] of faulty) {
    it(`says in one sentence what is wrong with ${name}, and connects to nothing`, () => {
      const { target, faults } = readSettings(given, {});
      assert.equal(target, undefined);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? "", fault);
      assert.doesNotMatch(faults[0] ?? "", /secret/);
    });
  }

  it("enforces when the mode is none that exists, and says so", () => {
    const settings = readSettings({ url, key, mode: "off" }, {});
    assert.equal(settings.mode, "enforce");
    assert.match(settings.faults[0] ?? "", /TOLLBOOK_MODE is "off"/);
    assert.notEqual(settings.target, undefined);
  });
});
