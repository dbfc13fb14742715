import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { UsageRow } from "../app/usage-query-store.ts";
import type { ExportColumn } from "./export-columns.ts";

/** Rows of one row group: what readers skip or take at once, and what is held in memory here. */
const GROUP_ROWS = 20_000;

/** An Apache Parquet file, written in row groups; its bytes are taken as they are ready. */
export class ParquetFile {
  readonly #columns: readonly ExportColumn[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #rows: UsageRow[] = [];

  constructor(columns: readonly ExportColumn[]) {
    this.#columns = columns;
    const columnData = columns.map(({ name, type }) => ({ name, type, data: [] }));
    const schema = schemaFromColumnData({ columnData });
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: "tollbook" });
  }

  /** Adds rows; gives bytes once there are enough rows for a group. */
  async add(rows: readonly UsageRow[]): Promise<Uint8Array> {
    this.#rows.push(...rows);
    if (this.#rows.length >= GROUP_ROWS) await this.#writeGroup();
    return this.#taken();
  }

  /** Ends the file; gives the last of its bytes. */
  async end(): Promise<Uint8Array> {
    if (this.#rows.length > 0) await this.#writeGroup();
    await this.#writer.finish();
    return this.#taken();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#rows;
    const columnData = this.#columns.map(({ name, type, read }) => {
      return { name, type, data: rows.map((row) => read(row) ?? null) };
    });
    await this.#writer.write({ columnData, rowGroupSize: rows.length });
    this.#rows = [];
  }

  /** What was written since the last time; the writer goes on at the start of its buffer. */
  #taken(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}
