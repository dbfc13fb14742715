import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { DomainError } from "@tollbook/domain";
import { eventually, needs, testServiceKeys } from "@tollbook/testing";
import { accountSeenBy, openAccount, type TestAccount } from "./account.ts";
import { type RunningBilling, settingsOf, startWorld, type World } from "./world.ts";

let world: World;
let billing: RunningBilling;

before(async () => {
  // The child process below has the wall clock, so business time starts in the past of it.
  world = await startWorld("2026-08-10T06:00:00Z");
  billing = await world.startBilling();
});
after(() => world?.close());
afterEach(() => {
  world.others.metering.beforeAnswer = async () => {};
});

/** An account with some customers who called this month. */
async function accountWith(customers: number, callsEach = 1_000n): Promise<TestAccount> {
  const account = await openAccount(world, billing);
  const plan = await account.plan();
  for (let index = 0; index < customers; index += 1) {
    const customerId = await account.customer(`Customer ${index}`);
    await account.subscribe(customerId, plan);
    account.calls(customerId, world.clock.now().toISOString(), callsEach);
  }
  return account;
}

async function numbersOf(account: TestAccount): Promise<string[]> {
  return (await account.listInvoices()).map(({ number }) => number).sort();
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    return `INV/26-27/${String(index + 1).padStart(6, "0")}`;
  });

describe("two schedulers, and everybody asking for a run at once", needs("postgres"), () => {
  it("bill each period once, with numbers without a gap", async () => {
    const account = await accountWith(25);
    const second = await world.startBilling();
    world.clock.travelTo(new Date("2026-09-01T18:30:00Z"));
    await Promise.all(Array.from({ length: 10 }, () => account.runs.runBilling({ requestId: "" })));
    await account.billed();
    await second.stop();
    assert.deepEqual(await numbersOf(account), numbered(25));
  });
});

describe("a process that dies between the seal and the invoice", needs("postgres"), () => {
  it("leaves exactly one invoice behind it, made by the next", async () => {
    const account = await accountWith(3);
    await billing.stop();
    world.clock.travelTo(new Date("2026-10-01T18:30:00Z"));
    let sealing = () => {};
    const sealed = new Promise<void>((resolve) => {
      sealing = resolve;
    });
    world.others.metering.beforeAnswer = async () => {
      sealing();
      await new Promise(() => {}); // the answer never comes
    };
    const child = await startProcess();
    await sealed;
    child.kill("SIGKILL");
    await once(child, "exit");
    world.others.metering.beforeAnswer = async () => {};
    // As if the time had passed after which whoever held the periods is taken for dead.
    await world.look("update billing_period set hold_until = '-infinity'");
    billing = await world.startBilling();
    const again = accountSeenBy(world, billing, account.accountId);
    await again.billed();
    assert.deepEqual(await numbersOf(again), numbered(3));
  });
});

describe("finalizing that fails halfway", needs("postgres"), () => {
  it("gives its numbers back: the next invoices leave no gap", async () => {
    const account = await accountWith(4);
    await world.look(`
      create function fail_events() returns trigger language plpgsql as
        $$ begin raise exception 'the disk is full' using errcode = '53100'; end $$`);
    await world.look(
      "create trigger fail_events before insert on invoice_event execute function fail_events()",
    );
    world.clock.travelTo(new Date("2026-11-01T18:30:00Z"));
    await eventually(async () => {
      const { billingRuns } = await account.runs.listBillingRuns({ pageSize: 0, pageToken: "" });
      assert.match(billingRuns[0]?.lastProblem ?? "", /could not finish/);
    });
    await world.look("drop trigger fail_events on invoice_event");
    assert.deepEqual(await numbersOf(account), []);
    await account.billed();
    assert.deepEqual(await numbersOf(account), numbered(4));
  });
});

describe("one period that metering refuses", needs("postgres"), () => {
  it("does not keep the others from their invoices", async () => {
    const account = await accountWith(5);
    const { subscriptions } = await account.subscriptions.listSubscriptions({
      ...{ customerId: "", pageSize: 0, pageToken: "" },
    });
    const bad = subscriptions[2]?.subscriptionId;
    world.others.metering.beforeAnswer = async (periods) => {
      if (!periods.some(({ subscriptionId }) => subscriptionId === bad)) return;
      throw new DomainError("failed-precondition", "PERIOD_NOT_OVER", "Not over yet.");
    };
    world.clock.travelTo(new Date("2026-12-01T18:30:00Z"));
    await eventually(async () => assert.equal((await numbersOf(account)).length, 4));
    const { billingRuns } = await account.runs.listBillingRuns({ pageSize: 0, pageToken: "" });
    assert.equal(billingRuns[0]?.lastProblem, "Not over yet.");
    world.others.metering.beforeAnswer = async () => {};
    await account.billed();
    assert.deepEqual(await numbersOf(account), numbered(5));
  });
});

const main = join(import.meta.dirname, "../src/main.ts");

/** Billing's own main, as in a cluster. */
async function startProcess() {
  const { billing: keys } = await testServiceKeys();
  const settings = settingsOf(world);
  return spawn(process.execPath, [main], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      TOLLBOOK_LISTEN: "127.0.0.1:0",
      TOLLBOOK_LOG_LEVEL: "silent",
      TOLLBOOK_NATS_SERVERS: "nats://127.0.0.1:1",
      TOLLBOOK_SERVICE_KEY: JSON.stringify(keys.privateKey),
      TOLLBOOK_SERVICE_KEY_SET: JSON.stringify(keys.jwks),
      TOLLBOOK_BILLING_DATABASE_URL: settings.databaseUrl,
      TOLLBOOK_BILLING_WORKER_DATABASE_URL: settings.workerDatabaseUrl,
      TOLLBOOK_AUTH_ADDRESS: settings.authAddress,
      TOLLBOOK_METERING_ADDRESS: settings.meteringAddress,
    },
  });
}
