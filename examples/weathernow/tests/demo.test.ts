import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { handedOn, needs } from "@tollbook/testing";
import { plainEnvironment } from "../src/demo/config.ts";

const program = join(import.meta.dirname, "../src/demo/main.ts");

async function demo(...options: string[]) {
  const { natsServer } = handedOn();
  const chosen = natsServer === undefined ? {} : { TOLLBOOK_NATS_SERVER: natsServer };
  const env = { ...plainEnvironment(), ...chosen };
  const child = spawn(process.execPath, [program, ...options], { env });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { output, errors, code };
}

describe("npm run demo", needs("postgres", "nats"), () => {
  it("plays a small month to its end with every figure right", async () => {
    const { output, errors, code } = await demo("--small");
    assert.doesNotMatch(errors, /✗/);
    assert.match(output, /ABC Pvt Ltd +2,000 +₹2\.00\n/);
    assert.match(output, /XYZ Mobile App +15,000 +₹15\.00\n/);
    assert.match(output, /Free Rider +1,000 \(500 refused\) +₹0\.00, no invoice\n/);
    assert.match(output, /✓ All \d+ figures are right\./);
    assert.equal(code, 0);
  });

  it("says so when an option does not exist", async () => {
    const { errors, code } = await demo("--smal");
    assert.match(errors, /✗ Unknown option '--smal'/);
    assert.equal(code, 1);
  });
});
