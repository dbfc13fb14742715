import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { readApiRoutes } from "../contract/api-route.ts";
import { readContractImage } from "../contract/image.ts";
import { requestExamples } from "./examples.ts";

const routes = readApiRoutes(readContractImage());

describe("an example of the documentation", () => {
  for (const [rpc, example] of Object.entries(requestExamples)) {
    it(`is a request of ${rpc}`, () => {
      const route = routes.find(({ method }) => method.name === rpc);
      assert.ok(route);
      fromJson(route.method.input, example);
    });
  }
});
