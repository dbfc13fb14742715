import type { UsageDimension, UsageQuestion, UsageRow } from "../app/usage-query-store.ts";
import { latencyPercentileMs } from "../domain/latency.ts";

/** What a cell of an export holds; undefined is nothing. */
export type ExportValue = Date | string | number | bigint | boolean | undefined;

/** One column of an export. */
export interface ExportColumn {
  readonly name: string;
  readonly type: "TIMESTAMP" | "STRING" | "INT32" | "INT64" | "BOOLEAN" | "DOUBLE";
  readonly read: (row: UsageRow) => ExportValue;
}

const GROUPS: Record<UsageDimension, ExportColumn> = {
  customer: text("customer_id", ({ group }) => group.customerId),
  key: text("key_id", ({ group }) => group.keyId),
  endpoint: text("endpoint", ({ group }) => group.endpoint),
  method: text("method", ({ group }) => group.method),
  "status-class": {
    ...{ name: "status_class", type: "INT32", read: ({ group }) => group.statusClass },
  },
};

const SUMS = (["calls", "refused", "errors", "units", "bytes"] as const).map(
  (name): ExportColumn => ({ name, type: "INT64", read: (row) => row[name] }),
);

/** The columns of the answer to a question: times, what it is grouped by, sums, percentiles. */
export function exportColumns(question: UsageQuestion): readonly ExportColumn[] {
  const { intervals, groupBy, top, latency } = question;
  const time = (name: string, edge: "start" | "end"): ExportColumn => {
    return { name, type: "TIMESTAMP", read: ({ interval }) => intervals[interval]?.[edge] };
  };
  return [
    time("start_time", "start"),
    time("end_time", "end"),
    ...groupBy.map((dimension) => GROUPS[dimension]),
    ...(top > 0 && groupBy.length > 0 ? [OTHER] : []),
    ...SUMS,
    ...(latency ? PERCENTILES : []),
  ];
}

const OTHER: ExportColumn = {
  ...{ name: "other", type: "BOOLEAN", read: ({ group }) => group.other },
};

const PERCENTILES = [0.5, 0.95, 0.99].map((share): ExportColumn => {
  const read = ({ latency }: UsageRow) => latencyPercentileMs(latency, share);
  return { name: `p${share * 100}_ms`, type: "DOUBLE", read };
});

function text(name: string, read: (row: UsageRow) => string | undefined): ExportColumn {
  return { name, type: "STRING", read };
}
