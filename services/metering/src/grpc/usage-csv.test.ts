import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UsageRow } from "../app/usage-query-store.ts";
import { exportColumns } from "./export-columns.ts";
import { csvHead, csvLines } from "./usage-csv.ts";

const start = new Date("2026-11-09T18:30:00Z");
const question = {
  intervals: [{ start, end: new Date("2026-11-10T18:30:00Z") }],
  groupBy: ["endpoint"] as const,
  filter: {
    ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
    test: false,
  },
  top: 0,
  latency: false,
};

function row(endpoint: string): UsageRow {
  const group = { customerId: undefined, keyId: undefined, method: undefined, other: false };
  const sums = { calls: 1n, refused: 2n, errors: 3n, units: 4n, bytes: 9_007_199_254_740_993n };
  const latency = [0, 0, 4];
  return { ...sums, latency, interval: 0, group: { ...group, endpoint, statusClass: undefined } };
}

const cellOf = (endpoint: string) => {
  const line = csvLines(exportColumns(question), [row(endpoint)]);
  return line.slice(
    line.indexOf("18:30:00.000Z,", 20) + 14,
    -",1,2,3,4,9007199254740993\r\n".length,
  );
};

describe("a usage export as CSV", () => {
  it("has a head, times, what it is grouped by and exact sums", () => {
    const columns = exportColumns(question);
    const head = "start_time,end_time,endpoint,calls,refused,errors,units,bytes\r\n";
    assert.equal(csvHead(columns), head);
    const line =
      "2026-11-09T18:30:00.000Z,2026-11-10T18:30:00.000Z,/v1/now,1,2,3,4,9007199254740993\r\n";
    assert.equal(csvLines(columns, [row("/v1/now")]), line);
  });

  it("tells percentiles and the rest of the groups where they were asked for", () => {
    const columns = exportColumns({ ...question, top: 3, latency: true });
    assert.match(csvHead(columns), /,endpoint,other,calls,.*,p50_ms,p95_ms,p99_ms\r\n$/);
    assert.match(csvLines(columns, [row("/v1/now")]), /,\/v1\/now,false,.*,0.5,0.5,0.5\r\n$/);
  });

  const formulas = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "|calc",
    "%0A",
    " =1",
    "\u00a0=1",
    "＝1",
    "＠x",
  ];
  for (const text of formulas) {
    it(`opens ${JSON.stringify(text)} as text in a spreadsheet`, () => {
      assert.equal(cellOf(text), `"'${text}"`);
    });
  }

  it("quotes what would break a line or a column", () => {
    assert.equal(cellOf('/a,"b"'), '"/a,""b"""');
    assert.equal(cellOf("/a\r\nb"), '"/a\r\nb"');
    assert.equal(cellOf("/v1/{city}"), "/v1/{city}");
  });
});
