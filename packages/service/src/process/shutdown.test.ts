import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../logger.ts";
import { stopInOrder } from "./shutdown.ts";

const logger = createLogger({ service: "test", level: "silent" });

describe("stopping", () => {
  it("goes in order, each step after the one before has ended", async () => {
    const log: string[] = [];
    const step = (name: string) => ({
      name,
      stop: async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name} has ended`);
      },
    });
    const steps = [step("doors"), step("relay"), step("storage")];
    assert.equal(await stopInOrder({ steps, withinMs: 1_000, logger }), true);
    assert.deepEqual(log, [
      "doors begins",
      "doors has ended",
      "relay begins",
      "relay has ended",
      "storage begins",
      "storage has ended",
    ]);
  });

  it("goes on after a step that fails, and says that it was not clean", async () => {
    const log: string[] = [];
    const steps = [
      { name: "doors", stop: () => Promise.reject(new Error("stuck")) },
      { name: "storage", stop: async () => void log.push("storage") },
    ];
    assert.equal(await stopInOrder({ steps, withinMs: 1_000, logger }), false);
    assert.deepEqual(log, ["storage"]);
  });
});
