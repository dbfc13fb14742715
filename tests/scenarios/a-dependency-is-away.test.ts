import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { eventually, needs } from "@tollbook/testing";
import { type Account, addCustomer, type Customer, publishFree, signUp } from "./world/account.ts";
import type { ApiProblem } from "./world/api.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, mailsTo, record, usageOf } from "./world/usage.ts";

const minute = "2027-01-10T06:00:00Z";
const today = { startTime: "2027-01-09T18:30:00Z", endTime: "2027-01-10T18:30:00Z" };
const recoverWithinMs = 60_000;

describe("a dependency that goes away while all runs", needs("postgres", "nats"), () => {
  let platform: Platform;
  let account: Account;
  let customer: Customer;
  before(async () => {
    platform = await startPlatform({ startTime: minute });
    account = await signUp(platform.http);
    customer = await addCustomer(account, "ABC Pvt Ltd", await publishFree(account, 100_000));
    await eventually(async () => {
      const { quotas } = await account.owner.get(`/v1/quotas?customerId=${customer.customerId}`);
      assert.equal(quotas.length, 1);
    });
  });
  after(() => platform.stop());

  it("PostgreSQL: calls are answered 503, and go on by themselves; nothing is lost or doubled", async () => {
    const { pid } = postmaster(platform);
    process.kill(pid, "SIGKILL");
    const batch = { batchId: newId(), recorderId: newId(), cells: [cellOf(customer, minute, 25)] };
    const problems: ApiProblem[] = [];
    await eventually(
      async () => {
        const sending = account.program.post("/v1/usage:record", batch);
        await sending.catch((problem: ApiProblem) => {
          problems.push(problem);
          throw problem;
        });
      },
      { withinMs: recoverWithinMs, everyMs: 100 },
    );
    for (const { status } of problems) assert.equal(status, 503, String(problems[0]));
    assert.deepEqual(await usageOf(account, customer, today), { calls: 25, refused: 0 });
  });

  it("NATS: nothing is refused, and news still arrive", async () => {
    const pidFile = join(platform.folder, "nats", "nats-server.pid");
    const pid = Number.parseInt(readFileSync(pidFile, "utf8").split(/\s/)[0] ?? "", 10);
    process.kill(pid, "SIGKILL");
    await record(account, { cells: [cellOf(customer, minute, 85_000)] });
    const [mail] = await mailsTo(platform.mailbox, account.email, 1, recoverWithinMs);
    assert.match(mail.subject, /80 %/);
  });
});

function postmaster(platform: Platform): { pid: number } {
  const file = join(platform.folder, "postgres", "cluster", "postmaster.pid");
  const [line = ""] = readFileSync(file, "utf8").split("\n");
  return { pid: Number.parseInt(line, 10) };
}
