import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { eventsOf, readContract } from "./contract.ts";
import { checkListed } from "./listed-in-docs.ts";
import { noComplaints } from "./no-complaints.ts";
import { checkout } from "./source.ts";

describe("docs/events.md", () => {
  it("lists every event of the contract, and no other", () => {
    const page = "docs/events.md";
    const markdown = readFileSync(join(checkout, page), "utf8");
    noComplaints(checkListed(page, markdown, eventsOf(readContract())));
  });
});

describe("the rule of events", () => {
  const file = create(FileDescriptorProtoSchema, {
    name: "tollbook/metering/v1/events.proto",
    package: "tollbook.metering.v1",
    messageType: [
      { name: "PeriodSealed", field: [{ typeName: ".tollbook.metering.v1.MeterTotal" }] },
      { name: "MeterTotal" },
    ],
  });
  const events = eventsOf([file]);

  it("knows an event from a part of one", () => {
    assert.deepEqual(events, ["tollbook.metering.v1.PeriodSealed"]);
  });

  it("refuses a page that misses one, has one too many, or one twice", () => {
    const row = "| `tollbook.metering.v1.PeriodSealed` | metering | billing | usage is final |\n";
    assert.deepEqual(checkListed("page", `| event | from |\n|---|---|\n${row}`, events), []);
    assert.deepEqual(checkListed("page", "", events), [
      "page does not list tollbook.metering.v1.PeriodSealed",
    ]);
    assert.deepEqual(checkListed("page", `${row}| \`Gone\` | x |\n`, events), [
      "page lists Gone: no such",
    ]);
    assert.deepEqual(checkListed("page", row + row, events), [
      "page lists tollbook.metering.v1.PeriodSealed twice",
    ]);
  });
});
