import {
  ExportFormat,
  type ExportUsageRequest,
  ExportUsageResponse,
} from "@tollbook/contracts/metering/v1";
import { invalidField } from "@tollbook/domain";
import type { UsageExport } from "../app/export-usage.ts";
import type { UsageRequest } from "../app/query-usage.ts";
import { exportColumns } from "./export-columns.ts";
import { fromProtoQuery } from "./proto-usage-query.ts";
import { csvHead, csvLines } from "./usage-csv.ts";
import { ParquetFile } from "./usage-parquet.ts";

/** Bytes of one chunk: small enough that a slow reader holds little. */
const CHUNK_BYTES = 65_536;

const FORMATS = {
  [ExportFormat.UNSPECIFIED]: { type: "text/csv; charset=utf-8", ending: "csv", write: csv },
  [ExportFormat.CSV]: { type: "text/csv; charset=utf-8", ending: "csv", write: csv },
  [ExportFormat.PARQUET]: {
    type: "application/vnd.apache.parquet",
    ending: "parquet",
    write: parquet,
  },
};

/** A question in our words, paging left out; "invalid" REQUIRED without one. */
export function fromProtoExport({ query }: ExportUsageRequest): UsageRequest {
  if (query === undefined) throw invalidField("query", "REQUIRED", "Say what to export.");
  if (query.meterId !== "") {
    const sentence = "An export has the sums of usage; ask for a meter's values with QueryUsage.";
    throw invalidField("query.meter_id", "NOT_APPLICABLE", sentence);
  }
  return { ...fromProtoQuery(query), pageSize: 0, pageToken: "" };
}

/** An export as a file in chunks. Nothing is read or written before the chunk before is taken. */
export async function* toProtoFile({ format }: ExportUsageRequest, told: UsageExport) {
  const kind = FORMATS[format as keyof typeof FORMATS];
  if (kind === undefined) throw invalidField("format", "OUT_OF_RANGE", "Name a kind of file.");
  const { intervals } = told.question;
  const days = [intervals[0]?.start, intervals.at(-1)?.end].map((time) => dayText(time));
  const fileName = `usage-${days.join("-to-")}.${kind.ending}`;
  let named = { contentType: kind.type, fileName };
  for await (const bytes of kind.write(told)) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const data = Buffer.from(bytes.subarray(at, at + CHUNK_BYTES));
      yield ExportUsageResponse.fromPartial({ file: { ...named, data } });
      named = { contentType: "", fileName: "" };
    }
  }
}

function dayText(time: Date | undefined): string {
  return time === undefined ? "" : time.toISOString().slice(0, 10);
}

async function* csv({ question, pages }: UsageExport): AsyncGenerator<Uint8Array> {
  const columns = exportColumns(question);
  yield Buffer.from(csvHead(columns));
  for await (const rows of pages) yield Buffer.from(csvLines(columns, rows));
}

async function* parquet({ question, pages }: UsageExport): AsyncGenerator<Uint8Array> {
  const file = new ParquetFile(exportColumns(question));
  for await (const rows of pages) yield await file.add(rows);
  yield await file.end();
}
