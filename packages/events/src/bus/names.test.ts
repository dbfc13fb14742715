import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { busNames, producerOf } from "./names.ts";

const type = "tollbook.metering.v1.QuotaThresholdCrossed";

describe("the names on NATS", () => {
  it("make an event's type its subject", () => assert.equal(busNames().subject(type), type));

  it("give each producer one stream of all its versions' events", () => {
    assert.equal(busNames().stream("metering"), "TOLLBOOK_METERING");
    assert.equal(busNames().streamSubjects("metering"), "tollbook.metering.>");
  });

  it("give each consumer of a type one durable name without dots", () => {
    const durable = busNames().durable("notifier", type);
    assert.equal(durable, "notifier-tollbook_metering_v1_QuotaThresholdCrossed");
  });

  it("lead with the namespace, where there is one", () => {
    const names = busNames("staging");
    assert.equal(names.subject(type), `staging.${type}`);
    assert.equal(names.stream("auth"), "staging_TOLLBOOK_AUTH");
    assert.equal(names.streamSubjects("auth"), "staging.tollbook.auth.>");
    assert.throws(() => busNames("two.parts"), /not a namespace/);
  });
});

describe("an event's type", () => {
  it("names its producer", () => assert.equal(producerOf(type), "metering"));

  it("is refused if it is no full name of one of our producers' events", () => {
    const wrong = [
      "KeyChanged",
      "tollbook.auth.KeyChanged",
      "tollbook.acme.v1.Thing",
      "a.b.v1.C",
      "",
    ];
    for (const name of wrong) assert.throws(() => producerOf(name), /not the full name/, name);
  });
});
