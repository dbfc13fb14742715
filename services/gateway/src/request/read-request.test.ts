import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { DomainError } from "@tollbook/domain";
import { type ApiRoute, readApiRoutes } from "../contract/api-route.ts";
import { readContractImage } from "../contract/image.ts";
import { type HttpInput, readRequest } from "./read-request.ts";
import { refuseKeyHash } from "./refuse-key-hash.ts";

const routes = readApiRoutes(readContractImage());
const route = (rpc: string): ApiRoute => {
  const found = routes.find(({ method }) => method.name === rpc);
  assert.ok(found, `no route for ${rpc}`);
  return found;
};

const read = (rpc: string, input: Partial<HttpInput>): JsonValue =>
  toJson(
    route(rpc).method.input,
    readRequest(route(rpc), { pathValues: [], query: {}, body: undefined, ...input }),
  );

function refusal(rpc: string, input: Partial<HttpInput>): DomainError {
  try {
    read(rpc, input);
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return error;
  }
  return assert.fail("it was accepted");
}

const faults = (rpc: string, input: Partial<HttpInput>) =>
  refusal(rpc, input).violations?.map(({ field, reason }) => `${field} ${reason}`);

describe("a body", () => {
  it("accepts lowerCamel and proto names in a body", () => {
    const body = { customer_id: "c1", lastFour: "wxyz" };
    assert.deepEqual(faults("IssueKeys", { body }), ["lastFour UNKNOWN_FIELD"]);
    assert.deepEqual(read("IssueKeys", { body: { customer_id: "c1", allowedCidrs: ["::/0"] } }), {
      customerId: "c1",
      allowedCidrs: ["::/0"],
    });
  });

  it("takes numbers of 64 bits as text or as numbers", () => {
    const body = { meter: { weights: [{ weight: "5" }, { weight: 6 }] } };
    assert.deepEqual(read("CreateMeter", { body }), {
      meter: { weights: [{ weight: "5" }, { weight: "6" }] },
    });
  });

  it("binds a nested path parameter, and lets a body repeat it but not contradict it", () => {
    const pathValues = ["c1"];
    const name = { customer: { name: "ABC", customerId: "c1" }, updateMask: "name" };
    assert.deepEqual(read("UpdateCustomer", { pathValues, body: name }), {
      customer: { customerId: "c1", name: "ABC" },
      updateMask: "name",
    });
    assert.deepEqual(
      faults("UpdateCustomer", { pathValues, body: { customer: { customer_id: "c2" } } }),
      ["customer.customerId PATH_CONTRADICTED"],
    );
    assert.deepEqual(faults("UpdateCustomer", { pathValues, body: { customer: "ABC" } }), [
      "customer.customerId INVALID_VALUE",
    ]);
  });
});

describe("a query", () => {
  it("reads numbers, booleans, lists and nested fields from a query", () => {
    const query = {
      page_size: "20",
      "filter.customerIds": ["a", "b"],
      "filter.test": "true",
      startTime: "2026-11-01T00:00:00+05:30",
    };
    assert.deepEqual(read("ListUsageEvents", { query }), {
      filter: { customerIds: ["a", "b"], test: true },
      startTime: "2026-10-31T18:30:00Z",
      pageSize: 20,
    });
    assert.deepEqual(read("ListKeys", { query: { customerId: "a" } }), { customerId: "a" });
    assert.deepEqual(read("GetRevenue", { query: { groupBy: "1" } }), {
      groupBy: "REVENUE_DIMENSION_CUSTOMER",
    });
  });

  it("names every fault of a query at once", () => {
    const query = { colour: "red", pageSize: ["1", "2"], "metadata.a": "b" };
    assert.deepEqual(faults("ListKeys", { query }), [
      "colour UNKNOWN_FIELD",
      "pageSize FIELD_SET_TWICE",
      "metadata.a UNKNOWN_FIELD",
    ]);
    assert.deepEqual(faults("ListKeys", { query: { pageSize: "ten" } }), [
      "pageSize INVALID_VALUE",
    ]);
    assert.deepEqual(faults("GetKey", { pathValues: ["k"], query: { key_id: "x" } }), [
      "key_id FIELD_SET_TWICE",
    ]);
    assert.deepEqual(faults("IssueKeys", { query: { count: "1" } }), ["count UNKNOWN_FIELD"]);
  });
});

describe("what is wrong with a request", () => {
  it("is named all at once, with its path", () => {
    const body = {
      customerId: 7,
      test: "yes",
      limits: [{ quota: -4, nmae: "x" }, 5],
      metadata: { a: 1 },
      expireTime: "tomorrow",
      scopes: "all",
      constructor: {},
    };
    assert.deepEqual(faults("IssueKeys", { body }), [
      "customerId INVALID_VALUE",
      "test INVALID_VALUE",
      "limits[0].quota INVALID_VALUE",
      "limits[0].nmae UNKNOWN_FIELD",
      "limits[1] INVALID_VALUE",
      "metadata INVALID_VALUE",
      "expireTime INVALID_VALUE",
      "scopes INVALID_VALUE",
      "constructor UNKNOWN_FIELD",
    ]);
    const { violations } = refusal("UpdateMember", {
      pathValues: ["m"],
      body: { role: "ROLE_KING" },
    });
    assert.match(violations?.[0]?.description ?? "", /^It must be one of ROLE_OWNER, ROLE_ADMIN/);
  });

  it("may be a field given twice, or two of a choice", () => {
    assert.deepEqual(faults("IssueKeys", { body: { customerId: "a", customer_id: "b" } }), [
      "customer_id FIELD_SET_TWICE",
    ]);
    assert.deepEqual(faults("Check", { body: { key: "a", keySha256: "aaaa" } }), [
      "keySha256 FIELD_SET_TWICE",
    ]);
  });

  it("may be a body where the contract has none, or one that is no object", () => {
    assert.equal(refusal("ListKeys", { body: {} }).reason, "BODY_NOT_EXPECTED");
    assert.equal(refusal("IssueKeys", { body: [1] }).reason, "BODY_NOT_AN_OBJECT");
    assert.deepEqual(read("RevokeKey", { pathValues: ["k1"] }), { keyId: "k1" });
  });
});

describe("the hash of a key at the gate's HTTP door", () => {
  const check = (rpc: string, body: unknown) => {
    const request = readRequest(route(rpc), { pathValues: [], query: {}, body });
    refuseKeyHash(route(rpc).method.input, request);
  };
  const hash = Buffer.alloc(32).toString("base64");

  it("is refused, also deep in a batch", () => {
    assert.throws(() => check("Check", { keySha256: hash }), { reason: "KEY_HASH_NOT_ACCEPTED" });
    const checks = [{ key: "tb_live_x" }, { key_sha256: hash }];
    assert.throws(() => check("CheckBatch", { checks }), /checks\[1\]\.keySha256/);
  });

  it("is not confused with the key itself", () => {
    check("CheckBatch", { checks: [{ key: "tb_live_x", endpoint: "/v1/now" }] });
  });
});
