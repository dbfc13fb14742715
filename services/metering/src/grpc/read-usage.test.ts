import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import {
  Admission,
  RecordUsageRequest,
  RecordUsageStreamRequest,
  Refusal,
  UsageCell,
  UsageEvent,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import fc from "fast-check";
import { foreignEventId } from "../domain/foreign-event-id.ts";
import { REQUEST_FIELDS, readStreamedUsage, readUsage } from "./read-usage.ts";
import { CELL_FIELDS, EVENT_FIELDS } from "./said-item.ts";
import { lengthy, varint } from "./wire-reader.ts";

const [keyId, customerId, original] = [newId(), newId(), newId()];
const [gateId, counterId] = [newId(), newId()];
const time = new Date("2026-11-10T06:30:12.345Z");
const held = { gateId, units: [{ counterId, units: 3n }] };

type Sent = Parameters<typeof RecordUsageRequest.fromPartial>[0];

function read(request: object) {
  return readUsage(Buffer.from(encoded(RecordUsageRequest.fromPartial(request as Sent))));
}

function encoded(request: RecordUsageRequest): Uint8Array {
  return RecordUsageRequest.encode(request).finish();
}

describe("usage off the wire", () => {
  it("says of an event what was sent", () => {
    const eventId = newId();
    const { items } = read({
      events: [
        {
          ...{ eventId: eventId.toUpperCase(), caller: { $case: "keyId" as const, value: keyId } },
          ...{
            endpoint: "\ufeff/v1/{stadt}/größe",
            method: "GET",
            status: 404,
            time,
            latencyUs: 1_000,
          },
          ...{ requestBytes: 3n, responseBytes: 2n ** 40n, units: 16_384n, hold: 1 },
          ...{ properties: { city: "Pune", "": "" }, admission: Admission.HELD },
        },
      ],
      holds: [held],
    });
    const { hash, heading, ...rest } = items[0] ?? assert.fail();
    assert.deepEqual(rest, {
      ...{ kind: "event", index: 0, eventId, foreign: false, timeMs: time.getTime(), count: 1n },
      ...{ units: 16_384n, requestBytes: 3n, responseBytes: 2n ** 40n, latency: [[4, 1]] },
      ...{ properties: { city: "Pune", "": "" }, hold: held, failedOpen: false },
      ...{ corrects: undefined, latencyUs: 1_000, refusal: 0, admission: Admission.HELD },
    });
    const { caller, endpoint, method, status, refused, minute, fault } = heading;
    assert.deepEqual(
      { caller, endpoint, method, status, refused, minute, fault },
      {
        ...{ caller: { kind: "key", keyId }, endpoint: "\ufeff/v1/{stadt}/größe", method: "GET" },
        ...{ status: 404, refused: false, minute: Math.floor(time.getTime() / 60_000) },
        fault: undefined,
      },
    );
  });

  it("says of a cell what was sent", () => {
    const minute = new Date("2026-11-10T06:30:00Z");
    const { items } = read({
      cells: [
        {},
        {
          ...{ caller: { $case: "customerId" as const, value: customerId }, endpoint: "/v1/now" },
          ...{ method: "RPC", minute, count: 50n, requestBytes: 5n, responseBytes: 9n },
          ...{ latency: { counts: [0, 30, 20] }, refusal: Refusal.QUOTA_EXHAUSTED, hold: 2 },
          corrects: { batchId: original, index: 7 },
        },
      ],
    });
    const { hash, heading, ...rest } = items[1] ?? assert.fail();
    assert.deepEqual(rest, {
      ...{ kind: "cell", index: 1, eventId: "", foreign: false, timeMs: minute.getTime() },
      ...{ count: 50n, units: 50n, requestBytes: 5n, responseBytes: 9n, properties: {} },
      latency: [
        [1, 30],
        [2, 20],
      ],
      ...{ hold: "malformed", failedOpen: false },
      corrects: { kind: "cell", batchId: original, index: 7 },
    });
    assert.deepEqual([heading.refused, heading.caller], [true, { kind: "customer", customerId }]);
  });

  it("names callers and events as others do", () => {
    const sha256 = Buffer.alloc(32, 7);
    const foreign = { source: "urn:weather", foreignId: "42" };
    const { items, recorderId } = read({
      ...{ recorderId: "no id" },
      events: [
        { ...foreign, caller: { $case: "customerExternalId" as const, value: "acme" } },
        { ...foreign, eventId: newId(), caller: { $case: "keySha256" as const, value: sha256 } },
        { correctsEventId: original },
      ],
    });
    assert.deepEqual(
      items.map(({ heading, eventId, foreign, corrects }) => [
        heading.caller,
        eventId,
        foreign,
        corrects,
      ]),
      [
        [
          { kind: "external-customer", externalId: "acme" },
          foreignEventId("urn:weather", "42"),
          true,
          undefined,
        ],
        [{ kind: "key-hash", keySha256: sha256.toString("hex") }, "", true, undefined],
        [undefined, "", false, { kind: "event", eventId: original }],
      ],
    );
    assert.equal(recorderId, undefined);
  });

  it("says of each event and cell whether it passed on a fail-open budget", () => {
    const admissions = [Admission.HELD, Admission.FAILED_OPEN, Admission.SHADOW];
    const items = admissions.map((admission) => ({ admission }));
    assert.deepEqual(
      read({ events: items, cells: items }).items.map(({ kind, failedOpen }) => [kind, failedOpen]),
      ["event", "cell"].flatMap((kind) => [false, true, false].map((open) => [kind, open])),
    );
  });

  it("takes samples that hold and correct nothing", () => {
    const [sample] = read({ samples: [{ hold: 1, correctsEventId: original }] }).samples ?? [];
    assert.deepEqual([sample?.hold, sample?.corrects], [undefined, undefined]);
  });

  it("is the same in a stream's request, which may have none", () => {
    const batch = RecordUsageRequest.fromPartial({ batchId: newId(), events: [{ endpoint: "/" }] });
    const bytes = RecordUsageStreamRequest.encode({ batch }).finish();
    assert.deepEqual(readStreamedUsage(Buffer.from(bytes)), readUsage(Buffer.from(encoded(batch))));
    assert.equal(readStreamedUsage(Buffer.alloc(0)), undefined);
  });
});

const few = fc.nat({ max: 20 });
const words = fc.oneof(
  fc.constantFrom("", "/v1/now", "GET", "é", "\ufeffa", keyId, newId().toUpperCase()),
  fc.string({ unit: "grapheme", maxLength: 70 }),
);
const numbers = fc.oneof(fc.bigInt(0n, 2n ** 15n), fc.bigInt(0n, 2n ** 64n - 1n));
const uint32 = fc.oneof(few, fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const times = fc.option(fc.date({ noInvalidDate: true }), { nil: undefined });
const callers = fc.option(
  fc.oneof(
    fc.record({
      $case: fc.constantFrom("keyId", "customerId", "customerExternalId"),
      value: words,
    }),
    fc.record({ $case: fc.constant("keySha256"), value: fc.uint8Array().map(Buffer.from) }),
  ),
  { nil: undefined },
) as fc.Arbitrary<UsageEvent["caller"]>;

const shared = {
  ...{ caller: callers, endpoint: words, method: words, status: uint32, hold: few },
  ...{ requestBytes: numbers, responseBytes: numbers },
  units: fc.option(numbers, { nil: undefined }),
  ...{ refusal: fc.integer(), admission: fc.constantFrom(0, 1, 2, 3, -1) },
};
const events = fc.record({
  ...shared,
  ...{ eventId: words, time: times, latencyUs: fc.option(uint32, { nil: undefined }) },
  properties: fc.dictionary(words, words, { maxKeys: 3 }),
  ...{ correctsEventId: words, source: words, foreignId: words },
}) as fc.Arbitrary<UsageEvent>;
const cells = fc.record({
  ...shared,
  ...{ minute: times, count: numbers },
  latency: fc.option(fc.record({ counts: fc.array(uint32) }), { nil: undefined }),
  corrects: fc.option(fc.record({ batchId: words, index: uint32 }), { nil: undefined }),
}) as fc.Arbitrary<UsageCell>;
const requests: fc.Arbitrary<RecordUsageRequest> = fc.record({
  ...{ batchId: words, recorderId: words },
  events: fc.array(events, { maxLength: 4 }),
  cells: fc.array(cells, { maxLength: 4 }),
  samples: fc.array(events, { maxLength: 2 }),
  holds: fc.array(
    fc.record({
      gateId: words,
      units: fc.array(fc.record({ counterId: words, units: numbers }), { maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
});

/** Bytes to put in place of others, somewhere. */
const changes = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), taken: few, put: fc.uint8Array() }),
  { minLength: 0, maxLength: 3 },
);

function changed(bytes: Uint8Array, how: typeof changes extends fc.Arbitrary<infer T> ? T : never) {
  return how.reduce((all, { at, taken, put }) => {
    const start = Math.floor(at * all.length);
    return Buffer.concat([all.subarray(0, start), put, all.subarray(start + taken)]);
  }, Buffer.from(bytes));
}

/** The bytes of an event's time, as no Date can say it. */
function eventAt(seconds: bigint, nanos: number): Buffer {
  const event = new BinaryWriter().uint32(lengthy(8)).fork();
  event.uint32(varint(1)).int64(seconds).uint32(varint(2)).int32(nanos).join();
  return Buffer.from(new BinaryWriter().uint32(lengthy(3)).bytes(event.finish()).finish());
}

/** A batch's items of one kind, each as it is when it comes alone. */
function alone<Item>(items: readonly Item[], request: (item: Item) => RecordUsageRequest) {
  return items.map((one, index) => {
    const { items: own, samples = [] } = readUsage(Buffer.from(encoded(request(one))));
    return { ...(own[0] ?? samples[0]), index };
  });
}

describe("the reader of usage", () => {
  it("knows every field that the contract has", () => {
    // Each of a oneof is a field of its own, and one property: one of four names the caller.
    const callers = 4 - 1;
    const known = (fields: readonly unknown[]) =>
      fields.filter((read) => read !== undefined).length;
    assert.deepEqual([EVENT_FIELDS, CELL_FIELDS, REQUEST_FIELDS].map(known), [
      Object.keys(UsageEvent.fromPartial({})).length + callers,
      Object.keys(UsageCell.fromPartial({})).length + callers,
      Object.keys(RecordUsageRequest.fromPartial({})).length,
    ]);
  });

  it("says of an item in company what it says of it alone", () => {
    const property = fc.property(requests, (request) => {
      const none = { ...request, events: [], cells: [], samples: [] };
      const { items, samples } = readUsage(Buffer.from(encoded(request)));
      assert.deepEqual(items, [
        ...alone(request.events, (event) => ({ ...none, events: [event] })),
        ...alone(request.cells, (cell) => ({ ...none, cells: [cell] })),
      ]);
      assert.deepEqual(
        samples,
        alone(request.samples, (sample) => ({ ...none, samples: [sample] })),
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("cuts times to whole milliseconds, as a Date does", () => {
    const times: [seconds: bigint, nanos: number][] = [
      [1n, 999_999_999],
      [-1n, 500_600_000],
      [0n, -1],
      [8_640_000_000_000n, 0],
      [8_640_000_000_000n, 1_000_000],
      [2n ** 62n, 0],
    ];
    for (const [seconds, nanos] of times) {
      const expected = new Date(Number(seconds) * 1_000 + nanos / 1_000_000).getTime();
      const [item] = readUsage(eventAt(seconds, nanos)).items;
      assert.ok(Object.is(item?.timeMs, expected), `${seconds} s ${nanos} ns: ${item?.timeMs}`);
    }
  });

  it("says what the generated code says, of any bytes it takes", () => {
    let taken = 0;
    const property = fc.property(requests, changes, (request, how) => {
      const bytes = changed(encoded(request), how);
      let own: ReturnType<typeof readUsage>;
      try {
        own = readUsage(bytes);
      } catch {
        assert.notEqual(how.length, 0, "good bytes were refused");
        return;
      }
      taken += 1;
      const generated = RecordUsageRequest.decode(bytes);
      assert.deepEqual(own, readUsage(Buffer.from(encoded(generated))));
      assert.equal(own.items.length, generated.events.length + generated.cells.length);
    });
    fc.assert(property, { numRuns: 500 });
    assert.ok(taken > 50, `only ${taken} were taken`);
  });
});
