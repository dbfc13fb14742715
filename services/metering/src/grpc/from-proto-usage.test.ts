import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Admission, RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { fromProtoUsage } from "./from-proto-usage.ts";

const gate = {
  ...{ kind: "root-key" as const, accountId: newId(), rootKeyId: newId() },
  scopes: ["gate:check", "usage:write"],
};

describe("usage off the wire", () => {
  it("says of each event and cell whether it passed on a fail-open budget", () => {
    const admissions = [Admission.HELD, Admission.FAILED_OPEN, Admission.SHADOW];
    const items = admissions.map((admission) => ({ admission }));
    const request = RecordUsageRequest.fromPartial({ events: items, cells: items });
    assert.deepEqual(
      fromProtoUsage(request, gate).items.map(({ kind, failedOpen }) => [kind, failedOpen]),
      ["event", "cell"].flatMap((kind) => [false, true, false].map((open) => [kind, open])),
    );
  });
});
