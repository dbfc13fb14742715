import type { Meter, MeterVersion } from "../domain/meter.ts";
import type { MeterSet } from "../domain/meter-set.ts";

/** The meters of one account, in one transaction. */
export interface MeterStore {
  /** The default meter, and all others that counted at or after a time. */
  set(since: Date): Promise<MeterSet>;
  /** The version the set has now, without a lock. */
  version(): Promise<bigint>;
  /** Keeps counting and other changes away until the transaction ends. */
  close(): Promise<void>;
  /** Raises the version of a closed set: whoever counted by the old one counts again. */
  raise(): Promise<void>;
  /** One meter; the default one is always there. */
  find(meterId: string): Promise<Meter | undefined>;
  /** Meters after one, in the order they were made; the default one comes first. */
  list(options: {
    readonly after: string | undefined;
    readonly count: number;
    readonly includeArchived: boolean;
  }): Promise<Meter[]>;
  /** Names in lower case of the meters that are not archived, the default one left out. */
  namesInUse(): Promise<ReadonlyMap<string, string>>;
  add(meter: Meter): Promise<void>;
  rename(meterId: string, name: string): Promise<void>;
  /** Adds values, or replaces those that begin to hold at the same time. */
  saveVersion(meterId: string, version: MeterVersion): Promise<void>;
  archive(meterId: string, archiveTime: Date): Promise<void>;
}
