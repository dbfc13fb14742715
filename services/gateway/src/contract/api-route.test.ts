import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ApiRoute, readApiRoutes } from "./api-route.ts";
import { readContractImage } from "./image.ts";

const routes = readApiRoutes(readContractImage());
const find = (rpc: string): ApiRoute => {
  const route = routes.find(({ method }) => method.name === rpc);
  assert.ok(route, `no route for ${rpc}`);
  return route;
};

describe("the routes of the web door", () => {
  it("are the annotated RPCs and no other", () => {
    assert.ok(routes.length > 100);
    for (const internal of ["ResolveKey", "SealPeriods", "ListEvents", "Travel", "AcquireLeases"]) {
      assert.equal(routes.filter(({ method }) => method.name === internal).length, 0, internal);
    }
  });

  it("read a custom verb and a nested path field", () => {
    assert.deepEqual(find("RotateKey").path, {
      routerPath: "/v1/keys/:p0(^[^:/]+)::rotate",
      describedPath: "/v1/keys/{keyId}:rotate",
      fields: ["key_id"],
    });
    assert.deepEqual(find("UpdateCustomer").path.fields, ["customer.customer_id"]);
    assert.equal(find("IssueKeys").path.routerPath, "/v1/keys::issue");
  });

  it("know which answers are downloads", () => {
    assert.equal(find("GetInvoicePdf").answer, "file");
    assert.equal(find("ExportUsage").answer, "file-stream");
    assert.equal(find("GetInvoice").answer, "json");
  });

  it("take a body exactly where the contract says so", () => {
    assert.equal(find("CreateCustomer").takesBody, true);
    assert.equal(find("ListCustomers").takesBody, false);
  });
});
