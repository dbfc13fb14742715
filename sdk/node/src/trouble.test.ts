import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { type Trouble, troubleTeller } from "./trouble.ts";

describe("troubleTeller", () => {
  it("gives the host's listener every trouble, with what is lost", () => {
    const heard: Trouble[] = [];
    const tell = troubleTeller((trouble) => heard.push(trouble));
    tell("usage-lost", "Lost.", { lost: 7 });
    tell("usage-lost", "Lost.", { lost: 2 });
    assert.deepEqual(
      heard.map(({ kind, lost }) => [kind, lost]),
      [
        ["usage-lost", 7],
        ["usage-lost", 2],
      ],
    );
  });

  it("does not let a listener's failure out", () => {
    const tell = troubleTeller(() => {
      throw new Error("the host's log is full");
    });
    assert.doesNotThrow(() => tell("unreachable", "Gone."));
  });

  it("without a listener warns once of each kind", () => {
    const warned = mock.method(process, "emitWarning", () => {});
    const tell = troubleTeller(undefined);
    tell("unreachable", "Gone.");
    tell("unreachable", "Gone again.");
    tell("key-refused", "Refused.");
    const calls = warned.mock.calls.map((call) => call.arguments as unknown[]);
    warned.mock.restore();
    assert.deepEqual(calls, [
      ["Gone.", { type: "TollbookWarning", code: "TOLLBOOK_UNREACHABLE" }],
      ["Refused.", { type: "TollbookWarning", code: "TOLLBOOK_KEY_REFUSED" }],
    ]);
  });
});
