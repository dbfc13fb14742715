import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CheckRequest, GateServiceClient, Verdict } from "@tollbook/contracts/gate/v1";
import { RecordUsageRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { createClient, createLogger } from "@tollbook/service";
import { eventually, needs } from "@tollbook/testing";
import {
  type Account,
  addCustomer,
  type Customer,
  publishPayAsYouGo,
  signUp,
} from "./world/account.ts";
import { type ApiProblem, apiOf } from "./world/api.ts";
import { grpcAnswers } from "./world/grpc-answers.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { childrenOf, commandOf, isAlive } from "./world/processes-of.ts";
import { mailsTo, usageOf } from "./world/usage.ts";

const january = { startTime: "2026-12-31T18:30:00Z", endTime: "2027-01-31T18:30:00Z" };
const minute = new Date("2027-01-10T06:00:00Z");
/** Past the end of January in India and the seal delay of 24 hours. */
const billingTime = "2027-02-02T00:00:00Z";
const logger = createLogger({ service: "tests", level: "silent" });

describe("npm start -- --processes", needs("postgres", "nats"), () => {
  let platform: Platform;
  let account: Account;
  let customer: Customer;
  const clientOptions = () => {
    const credential = () => account.rootKey;
    const address = platform.grpc;
    return { address, credential, deadlineMs: 5_000, breaker: false as const, logger };
  };
  const recordCalls = (count: bigint) => {
    const client = createClient(UsageServiceClient, clientOptions());
    const caller = { $case: "keyId" as const, value: customer.keyId };
    const cell = { caller, endpoint: "/v1/hello", method: "GET", status: 200, minute, count };
    const batch = { batchId: newId(), recorderId: newId(), cells: [cell] };
    const request = RecordUsageRequest.fromPartial(batch);
    return client.recordUsage(request).finally(() => client.close());
  };

  before(async () => {
    platform = await startPlatform({
      startTime: minute.toISOString(),
      args: ["--processes"],
      env: { TOLLBOOK_PULL_EVERY: "1s" },
    });
    account = await signUp(platform.http);
    customer = await addCustomer(account, "ABC Pvt Ltd", await publishPayAsYouGo(account));
  });
  after(async () => void (await platform?.stop()));

  it("runs five services beside PostgreSQL and NATS, each a process of its own", () => {
    for (const service of ["auth", "metering", "billing", "notifier", "gateway"]) {
      assert.ok(processOf(platform, service) > 0, service);
    }
  });

  it("lists and checks every service on the one gRPC port", async () => {
    await grpcAnswers(platform.grpc);
  });

  it("decides and counts over gRPC, and shows it over REST", async () => {
    const gate = createClient(GateServiceClient, clientOptions());
    const presented = { $case: "key" as const, value: customer.key };
    const check = CheckRequest.fromPartial({ presented, endpoint: "/v1/hello", method: "GET" });
    await eventually(async () => {
      const { verdict } = await gate.check(check);
      assert.equal(verdict, Verdict.ALLOWED);
    });
    gate.close();
    const { counted } = await recordCalls(20_000n);
    assert.equal(counted, 20_000n);
    await eventually(async () => {
      const { calls } = await usageOf(account, customer, january);
      assert.ok(calls > 20_000, `${calls} calls`);
    });
  });

  it("goes on without a service that was killed, which comes back by itself", async () => {
    const killed = processOf(platform, "metering");
    process.kill(killed, "SIGKILL");
    await eventually(() => assert.ok(!isAlive(killed)));
    await assert.rejects(recordCalls(1n), { kind: "unavailable" });
    const usage = usageOf(account, customer, january);
    await assert.rejects(usage, ({ status }: ApiProblem) => status === 503);
    const { customers } = await account.owner.get("/v1/customers");
    assert.equal(customers.length, 1);
    await eventually(() => recordCalls(1n), { withinMs: 30_000 });
    assert.match(platform.output(), /metering ended \(signal SIGKILL\); starting it again/);
  });

  it("travels in every process, so that January is invoiced and the invoice e-mailed", async () => {
    await platform.travel(billingTime);
    const { headers } = await apiOf(platform.http).fetch("/v1/customers");
    assert.match(headers.get("tollbook-time") ?? "", /^2027-02-02/);
    const mails = await mailsTo(platform.mailbox, "billing@abc-pvt-ltd.example", 1, 60_000);
    assert.match(JSON.stringify(mails), /invoice/i);
    const { invoices } = await account.owner.get("/v1/invoices");
    assert.equal(invoices.length, 1);
    // 20,001 recorded and one that was checked, at ₹0.001 each.
    assert.equal(invoices[0].total.amount, "20.00");
  });

  it("stops within five seconds, with exit code 0 and no process left", async () => {
    const children = childrenOf(platform.process.pid ?? 0);
    assert.ok(children.length >= 7, `${children.length} children`);
    const began = performance.now();
    assert.equal(await platform.stop(), 0);
    const took = performance.now() - began;
    assert.ok(took < 5_000, `took ${took} ms`);
    assert.deepEqual(children.filter(isAlive), []);
  });
});

function processOf(platform: Platform, service: string): number {
  const of = childrenOf(platform.process.pid ?? 0);
  const main = join("services", service, "src", "main.ts");
  return of.find((pid) => commandOf(pid).includes(main)) ?? 0;
}
