import { CellReference, Refusal } from "@tollbook/contracts/metering/v1";
import type { CallerName, HeadingWords } from "../domain/usage-heading.ts";
import type { LatencyCount } from "../domain/usage-item.ts";
import { CallerNames } from "./caller-names.ts";
import { fieldsOf, lengthy, type ReadField, varint, type WireReader } from "./wire-reader.ts";

const NO_LATENCY: readonly LatencyCount[] = [];
const NO_PROPERTIES: Readonly<Record<string, string>> = {};

/**
 * What one event or cell says, word for word; see UsageEvent and UsageCell. They come by the
 * thousand, so that one object takes them all in turn.
 */
export class SaidItem implements HeadingWords {
  caller: CallerName | undefined;
  endpoint = "";
  method = "";
  status = 0;
  refused = false;
  /** NaN if none was told, or one that cannot be. */
  timeMs = Number.NaN;
  eventId = "";
  count = 0n;
  units: bigint | undefined;
  requestBytes = 0n;
  responseBytes = 0n;
  latencyUs: number | undefined;
  latency = NO_LATENCY;
  properties = NO_PROPERTIES;
  refusal = 0;
  admission = 0;
  hold = 0;
  correctsEventId = "";
  correctsCell: CellReference | undefined;
  source = "";
  foreignId = "";
  /** Those of the whole batch. */
  readonly callers = new CallerNames();

  /** As if it had said nothing yet. */
  clear(): void {
    this.caller = undefined;
    this.endpoint = "";
    this.method = "";
    this.status = 0;
    this.refused = false;
    this.timeMs = Number.NaN;
    this.eventId = "";
    this.count = 0n;
    this.units = undefined;
    this.requestBytes = 0n;
    this.responseBytes = 0n;
    this.latencyUs = undefined;
    this.latency = NO_LATENCY;
    this.properties = NO_PROPERTIES;
    this.refusal = 0;
    this.admission = 0;
    this.hold = 0;
    this.correctsEventId = "";
    this.source = "";
    this.foreignId = "";
    this.correctsCell = undefined;
  }
}

type Read = ReadField<SaidItem>;

const keyId: Read = (said, wire) => {
  said.caller = said.callers.of("key", wire.text());
};
const keySha256: Read = (said, wire) => {
  said.caller = said.callers.of("key-hash", Buffer.from(wire.bytes()).toString("hex"));
};
const customerId: Read = (said, wire) => {
  said.caller = said.callers.of("customer", wire.text());
};
const customerExternalId: Read = (said, wire) => {
  said.caller = said.callers.of("external-customer", wire.text());
};
const endpoint: Read = (said, wire) => {
  said.endpoint = wire.text();
};
const method: Read = (said, wire) => {
  said.method = wire.text();
};
const status: Read = (said, wire) => {
  said.status = wire.uint32();
};
const time: Read = (said, wire) => {
  said.timeMs = wire.timestampMs();
};
const units: Read = (said, wire) => {
  said.units = wire.unsigned64();
};
const requestBytes: Read = (said, wire) => {
  said.requestBytes = wire.unsigned64();
};
const responseBytes: Read = (said, wire) => {
  said.responseBytes = wire.unsigned64();
};
const refusal: Read = (said, wire) => {
  said.refusal = wire.int32();
  said.refused = said.refusal !== Refusal.UNSPECIFIED;
};
const admission: Read = (said, wire) => {
  said.admission = wire.int32();
};
const hold: Read = (said, wire) => {
  said.hold = wire.uint32();
};

/** UsageEvent's. */
export const EVENT_FIELDS = fieldsOf<SaidItem>([
  [
    lengthy(1),
    (said, wire) => {
      said.eventId = wire.text();
    },
  ],
  [lengthy(2), keyId],
  [lengthy(3), keySha256],
  [lengthy(4), customerId],
  [lengthy(5), endpoint],
  [lengthy(6), method],
  [varint(7), status],
  [lengthy(8), time],
  [
    varint(9),
    (said, wire) => {
      said.latencyUs = wire.uint32();
    },
  ],
  [varint(10), requestBytes],
  [varint(11), responseBytes],
  [varint(12), units],
  [lengthy(13), property],
  [varint(14), refusal],
  [varint(15), admission],
  [varint(16), hold],
  [
    lengthy(17),
    (said, wire) => {
      said.correctsEventId = wire.text();
    },
  ],
  [lengthy(18), customerExternalId],
  [
    lengthy(19),
    (said, wire) => {
      said.source = wire.text();
    },
  ],
  [
    lengthy(20),
    (said, wire) => {
      said.foreignId = wire.text();
    },
  ],
]);

/** UsageCell's. */
export const CELL_FIELDS = fieldsOf<SaidItem>([
  [lengthy(1), keyId],
  [lengthy(2), keySha256],
  [lengthy(3), customerId],
  [lengthy(4), endpoint],
  [lengthy(5), method],
  [varint(6), status],
  [lengthy(7), time],
  [
    varint(8),
    (said, wire) => {
      said.count = wire.unsigned64();
    },
  ],
  [varint(9), units],
  [varint(10), requestBytes],
  [varint(11), responseBytes],
  [
    lengthy(12),
    (said, wire) => {
      said.latency = readLatency(wire);
    },
  ],
  [varint(13), refusal],
  [varint(14), admission],
  [varint(15), hold],
  [
    lengthy(16),
    (said, wire) => {
      said.correctsCell = CellReference.decode(wire, wire.uint32());
    },
  ],
  [lengthy(17), customerExternalId],
]);

interface Histogram {
  /** The one that the next number is of. */
  bucket: number;
  readonly latency: LatencyCount[];
}

/** LatencyHistogram's; numbers come packed into one field, or each in its own. */
const HISTOGRAM_FIELDS = fieldsOf<Histogram>([
  [
    lengthy(1),
    (histogram, wire) => {
      const end = wire.uint32() + wire.pos;
      while (wire.pos < end) addCalls(histogram, wire);
      if (wire.pos !== end) throw new RangeError("a number ends behind the end of its list");
    },
  ],
  [varint(1), addCalls],
]);

function addCalls(histogram: Histogram, wire: WireReader): void {
  const calls = wire.uint32();
  if (calls > 0) histogram.latency.push([histogram.bucket, calls]);
  histogram.bucket += 1;
}

function readLatency(wire: WireReader): readonly LatencyCount[] {
  const histogram = { bucket: 0, latency: [] };
  wire.message(HISTOGRAM_FIELDS, histogram);
  return histogram.latency;
}

interface Entry {
  name: string;
  value: string;
}

/** An entry of a map: a message of a name and a value. */
const ENTRY_FIELDS = fieldsOf<Entry>([
  [
    lengthy(1),
    (entry, wire) => {
      entry.name = wire.text();
    },
  ],
  [
    lengthy(2),
    (entry, wire) => {
      entry.value = wire.text();
    },
  ],
]);

function property(said: SaidItem, wire: WireReader): void {
  const entry = { name: "", value: "" };
  wire.message(ENTRY_FIELDS, entry);
  const properties: Record<string, string> =
    said.properties === NO_PROPERTIES ? {} : said.properties;
  properties[entry.name] = entry.value;
  said.properties = properties;
}
