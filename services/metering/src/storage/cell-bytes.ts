import type { CellRecord } from "../domain/cell-record.ts";
import type { LatencyCount } from "../domain/usage-item.ts";

/** A cell without latencies takes at most this. */
const RECORD_BYTES_MAX = 60;
const LATENCY_BYTES_MAX = 11;

/**
 * Cells of a batch as bytes: about 25 each, in one value of the batch's row, since a row each would
 * double what a batch of cells costs. Numbers are varints of 7 bits a byte, lowest first.
 */
export function encodeCells(records: readonly CellRecord[]): Buffer {
  const latencies = records.reduce((sum, { latency }) => sum + latency.length, 0);
  const bytes = Buffer.allocUnsafe(
    records.length * RECORD_BYTES_MAX + latencies * LATENCY_BYTES_MAX,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const write = (value: number | bigint) => {
    let rest = Number(value);
    // Bits of numbers are 32.
    while (rest >= 2 ** 31) {
      bytes[at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
  };
  for (const record of records) {
    write(record.index);
    view.setBigInt64(at, record.identity, true);
    at += IDENTITY_BYTES;
    for (const figure of FIGURES) write(record[figure]);
    write(record.latency.length);
    for (const [bucket, calls] of record.latency) {
      write(bucket);
      write(calls);
    }
  }
  return bytes.subarray(0, at);
}

const IDENTITY_BYTES = 8;
const FIGURES = ["count", "units", "requestBytes", "responseBytes"] as const;

/** The cells that `encodeCells` wrote. */
export function decodeCells(bytes: Buffer): CellRecord[] {
  let at = 0;
  const read = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value += BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const records: CellRecord[] = [];
  while (at < bytes.length) {
    const index = Number(read());
    const identity = bytes.readBigInt64LE(at);
    at += IDENTITY_BYTES;
    const [count, units, requestBytes, responseBytes] = [read(), read(), read(), read()];
    const buckets = Number(read());
    const latency = Array.from({ length: buckets }, (): LatencyCount => {
      return [Number(read()), Number(read())];
    });
    records.push({ index, identity, count, units, requestBytes, responseBytes, latency });
  }
  return records;
}
