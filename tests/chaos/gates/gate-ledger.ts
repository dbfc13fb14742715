import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * What one life of a gate wrote down, line by line, before anything else could happen: it outlives
 * `kill -9`. A call is written when it is decided; what is counted later is written when it is.
 */
export type LedgerLine =
  /** A call of the customer with that number was let through, within these hard limits. */
  | readonly ["allowed", customer: number, limits: readonly (readonly [string, number])[]]
  /** It is to be counted, as an event with that id, or in a cell. */
  | readonly ["counted", customer: number, eventId: string | undefined]
  | readonly ["refused", customer: number, code: string, eventId: string | undefined]
  /** All that was counted up to here, so many calls, is acknowledged. */
  | readonly ["acknowledged", calls: number]
  | readonly ["trouble", kind: string, message: string, lost: number];

export interface GateLedger {
  write(...line: LedgerLine): void;
  close(): void;
}

export function openLedger(file: string): GateLedger {
  const descriptor = openSync(file, "a");
  return {
    write: (...line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`),
    close: () => closeSync(descriptor),
  };
}

/** What a life wrote; its last line may have been cut off by the kill. */
export function readLedger(file: string): LedgerLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LedgerLine);
}
