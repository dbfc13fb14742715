import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  BillingRunState,
  GetInvoiceRequest,
  type Invoice,
  InvoiceState,
} from "@tollbook/contracts/billing/v1";
import { InvoiceFinalized } from "@tollbook/contracts/billing/v1/events";
import { eventually, needs } from "@tollbook/testing";
import { made, openAccount, type TestAccount } from "./account.ts";
import { away } from "./fake-metering.ts";
import { type RunningBilling, startWorld, type World } from "./world.ts";

let world: World;
let billing: RunningBilling;
let account: TestAccount;

/** 10 November, 11:37 in India: the period begins at 11:30. */
const start = "2026-11-10T06:07:00Z";

before(async () => {
  world = await startWorld(start);
  billing = await startedOn(world);
});
after(() => world?.close());

async function startedOn(world: World): Promise<RunningBilling> {
  const running = await world.startBilling();
  account = await openAccount(world, running);
  return running;
}

async function invoiceOf(customerId: string): Promise<Invoice | undefined> {
  const found = (await account.listInvoices()).filter((each) => each.customerId === customerId);
  assert.ok(found.length < 2, "a customer has at most one invoice");
  const [invoice] = found;
  if (!invoice) return undefined;
  const request = GetInvoiceRequest.fromPartial({ invoiceId: invoice.invoiceId });
  return made((await account.invoices.getInvoice(request)).invoice);
}

describe("November ends, at ₹1 per 1,000 calls", needs("postgres"), () => {
  const customers: Record<string, string> = {};

  before(async () => {
    const plan = await account.plan();
    for (const name of ["ABC Pvt Ltd", "XYZ Mobile App", "Quiet Corner"]) {
      customers[name] = await account.customer(name);
      await account.subscribe(customers[name], plan);
    }
    account.calls(customers["ABC Pvt Ltd"] ?? "", "2026-11-20T10:00:00Z", 20_000n);
    account.calls(customers["XYZ Mobile App"] ?? "", "2026-11-20T10:00:00Z", 100_000n);
    account.calls(customers["XYZ Mobile App"] ?? "", "2026-11-30T18:29:59Z", 50_000n);
    account.calls(customers["XYZ Mobile App"] ?? "", "2026-11-30T18:30:00Z", 7_000n); // December
  });

  it("makes no invoice before the seal delay is over", async () => {
    world.clock.travelTo(new Date("2026-12-01T18:29:00Z"));
    await account.billed();
    assert.deepEqual(await account.listInvoices(), []);
  });

  it("charges ABC ₹20.00 for 20,000 calls, by itself, when the day has passed", async () => {
    world.clock.travelTo(new Date("2026-12-01T18:30:00Z"));
    const invoice = await eventually(async () => (await invoiceOf(id("ABC Pvt Ltd"))) ?? false);
    assert.deepEqual(invoice.total, { currency: "INR", amount: "20.00" });
    const [line, ...others] = invoice.lines;
    assert.deepEqual(others, []);
    assert.equal(line?.quantity, "20000");
    assert.deepEqual(line?.arithmetic, ["20,000 calls ÷ 1,000 × ₹1.00 = ₹20.00"]);
    assert.equal(invoice.state, InvoiceState.FINALIZED);
  });

  it("charges XYZ ₹150.00 for 1,50,000 calls, and leaves December's to December", async () => {
    await account.billed();
    const invoice = made(await invoiceOf(id("XYZ Mobile App")));
    assert.equal(invoice.total?.amount, "150.00");
    assert.deepEqual(invoice.lines[0]?.arithmetic, ["1,50,000 calls ÷ 1,000 × ₹1.00 = ₹150.00"]);
    assert.equal(invoice.supplier?.name, "WeatherNow");
    assert.equal(invoice.recipient?.name, "XYZ Mobile App");
    assert.equal(invoice.recipient?.email, "xyz.mobile.app@example.com");
    assert.equal(invoice.periodStartTime?.toISOString(), "2026-11-10T06:00:00.000Z");
    assert.equal(invoice.periodEndTime?.toISOString(), "2026-11-30T18:30:00.000Z");
  });

  it("makes no invoice for who called nothing, and bills the period nevertheless", async () => {
    assert.equal(await invoiceOf(id("Quiet Corner")), undefined);
    const rows = await world.look<{ bill_time: Date | null }>(
      "select bill_time from billing_period where customer_id = $1 order by start_time",
      [id("Quiet Corner")],
    );
    assert.equal(rows.length, 2, "November, and December which runs");
    assert.ok(rows[0]?.bill_time);
    assert.equal(rows[1]?.bill_time, null);
  });

  it("numbers them without a gap in the year 26-27", async () => {
    const numbers = (await account.listInvoices()).map(({ number }) => number).sort();
    assert.deepEqual(numbers, ["INV/26-27/000001", "INV/26-27/000002"]);
  });

  it("tells each of them once", async () => {
    const rows = await world.look<{ payload: Buffer }>(
      "select payload from outbox where account_id = $1 and type = $2 order by number",
      [account.accountId, InvoiceFinalized.$type],
    );
    const told = rows.map(({ payload }) => InvoiceFinalized.decode(payload));
    assert.deepEqual(told.map(({ total }) => total?.amount).sort(), ["150.00", "20.00"]);
    assert.equal(told[0]?.supplierName, "WeatherNow");
    assert.match(told[0]?.recipientEmail ?? "", /@example\.com$/);
  });

  it("changes nothing when it is run again", async () => {
    const before = await everything();
    const { billingRun } = await account.runs.runBilling({ requestId: "" });
    assert.equal(billingRun?.state, BillingRunState.DONE);
    assert.equal(billingRun?.periodsTotal, 0);
    assert.deepEqual(await everything(), before);
  });

  const id = (name: string) => made(customers[name]);
  const everything = () =>
    world.look(
      `select i.*, l.* from invoice i join invoice_line l using (account_id, invoice_id)
      where account_id = $1 order by number`,
      [account.accountId],
    );
});

describe("metering is away at the month's end", needs("postgres"), () => {
  it("leaves the run incomplete, and bills by itself when metering is back", async () => {
    account = await openAccount(world, billing);
    const customerId = await account.customer("Patient Ltd");
    await account.subscribe(customerId, await account.plan());
    account.calls(customerId, "2026-12-10T00:00:00Z", 5_000n);
    world.others.metering.beforeAnswer = away;
    world.clock.travelTo(new Date("2027-01-01T18:30:00Z"));
    await eventually(
      async () => {
        const { billingRuns } = await account.runs.listBillingRuns({ pageSize: 0, pageToken: "" });
        assert.equal(billingRuns[0]?.state, BillingRunState.INCOMPLETE);
        assert.equal(billingRuns[0]?.lastProblem, "Metering is away.");
      },
      { withinMs: 15_000 },
    );
    assert.deepEqual(await account.listInvoices(), []);
    world.others.metering.beforeAnswer = async () => {};
    const invoice = await eventually(async () => (await invoiceOf(customerId)) ?? false, {
      withinMs: 20_000,
    });
    assert.equal(invoice.total?.amount, "5.00");
    const { billingRuns } = await account.runs.listBillingRuns({ pageSize: 0, pageToken: "" });
    assert.equal(billingRuns.length, 1, "the same run went on");
    assert.equal(billingRuns[0]?.state, BillingRunState.DONE);
  });
});
