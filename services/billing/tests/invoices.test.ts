import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Customer } from "@tollbook/contracts/auth/v1";
import { CustomerChanged } from "@tollbook/contracts/auth/v1/events";
import {
  BillingProfile,
  GetInvoiceRequest,
  type Invoice,
  InvoiceServiceClient,
  Party,
  UpdateBillingProfileRequest,
} from "@tollbook/contracts/billing/v1";
import { DomainError } from "@tollbook/domain";
import { announcement } from "@tollbook/events";
import { createLogger } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { needs } from "@tollbook/testing";
import { documentText } from "../src/domain/document-text.ts";
import { invoices } from "../src/storage/invoices.ts";
import { made, openAccount, type TestAccount } from "./account.ts";
import { pdfText } from "./pdf-text.ts";
import { type RunningBilling, startWorld, type World } from "./world.ts";

let world: World;
let billing: RunningBilling;
let account: TestAccount;

before(async () => {
  world = await startWorld("2026-02-10T06:00:00Z");
  billing = await world.startBilling();
  account = await openAccount(world, billing);
});
after(() => world?.close());

const supplier = Party.fromPartial({
  name: "WeatherNow Technologies",
  addressLines: ["14 Church Street", "Bengaluru 560001"],
  state: "29",
  country: "IN",
  email: "billing@weathernow.example",
});

function update(profile: Partial<BillingProfile>, updateMask: string[]) {
  const billingProfile = { ...BillingProfile.fromPartial({}), ...profile };
  const request = UpdateBillingProfileRequest.fromPartial({ billingProfile, updateMask });
  return account.profile.updateBillingProfile(request);
}

async function whole({ invoiceId }: Invoice): Promise<Invoice> {
  const request = GetInvoiceRequest.fromPartial({ invoiceId });
  return made((await account.invoices.getInvoice(request)).invoice);
}

describe("the billing profile", needs("postgres"), () => {
  it("is the account's name until something is set", async () => {
    const { billingProfile } = await account.profile.getBillingProfile({});
    assert.equal(billingProfile?.supplier?.name, "WeatherNow");
    assert.equal(billingProfile?.invoiceSeries, "INV");
    assert.equal(billingProfile?.dueDays, 15);
    assert.equal(billingProfile?.sac, "998315");
  });

  it("changes what is masked, and keeps the rest", async () => {
    const words = { supplier, invoiceSeries: "WN", footer: "Thank you." };
    const answer = await update(words, ["supplier", "invoice_series", "footer"]);
    assert.equal(answer.billingProfile?.dueDays, 15);
    const { billingProfile } = await account.profile.getBillingProfile({});
    assert.deepEqual(billingProfile, answer.billingProfile);
    assert.deepEqual(billingProfile?.supplier, supplier);
  });

  it("refuses what invoices cannot be made with, every fault at once", async () => {
    const bad = { ...supplier, name: "", country: "India", taxNumber: "29AAGCB7383J1Z4" };
    const words = { supplier: bad, invoiceSeries: "inv-", dueDays: 181, sac: "99" };
    await assert.rejects(update(words, []), (error) => {
      assert.ok(error instanceof DomainError);
      assert.deepEqual(
        error.violations?.map(({ field, reason }) => `${field} ${reason}`),
        [
          "billing_profile.supplier.name MISSING",
          "billing_profile.supplier.country COUNTRY_MALFORMED",
          "billing_profile.supplier.tax_number NOT_OFFERED",
          "billing_profile.invoice_series SERIES_MALFORMED",
          "billing_profile.due_days DUE_DAYS_OUT_OF_RANGE",
          "billing_profile.sac SAC_MALFORMED",
        ],
      );
      return true;
    });
    await assert.rejects(update({}, ["colour"]), { reason: "FIELD_NOT_CHANGEABLE" });
  });
});

describe("the turn of the financial year, 31 March 18:30 UTC", needs("postgres"), () => {
  it("begins the numbers anew, by the date of the invoice", async () => {
    const plan = await account.plan();
    for (const [name, cancelTime] of [
      ["Last Minute", "2026-03-30T18:14:00Z"], // billed from 31 March, 23:45 in India
      ["First Minute", "2026-03-30T18:29:00Z"], // billed from 1 April, 00:00 in India
    ] as const) {
      const customerId = await account.customer(name);
      const { subscriptionId } = await account.subscribe(customerId, plan);
      account.calls(customerId, world.clock.now().toISOString(), 2_000n);
      world.clock.travelTo(new Date(cancelTime));
      const end = { subscriptionId, atPeriodEnd: false, withoutInvoice: false, requestId: "" };
      await account.subscriptions.cancelSubscription(end);
    }
    world.clock.travelTo(new Date("2026-03-31T18:29:00Z"));
    await account.billed();
    const numbers = async () => (await account.listInvoices()).map(({ number }) => number);
    assert.deepEqual(await numbers(), ["WN/25-26/000001"]);
    world.clock.travelTo(new Date("2026-03-31T18:30:00Z"));
    await account.billed();
    assert.deepEqual(await numbers(), ["WN/26-27/000001", "WN/25-26/000001"]);
  });
});

describe("an invoice's document", needs("postgres"), () => {
  let invoice: Invoice;

  before(async () => {
    const customerId = await account.customer("मौसम ऐप");
    await account.subscribe(customerId, await account.plan());
    account.calls(customerId, "2026-04-10T00:00:00Z", 150_000n);
    world.clock.travelTo(new Date("2026-05-01T18:30:00Z"));
    await account.billed();
    const found = (await account.listInvoices()).find((each) => each.customerId === customerId);
    invoice = await whole(made(found));
  });

  it("has the date it was made, and is due in 15 days", () => {
    assert.ok(invoice.invoiceTime && invoice.invoiceTime >= new Date("2026-05-01T18:30:00Z"));
    const days = (invoice.dueTime?.getTime() ?? 0) - invoice.invoiceTime.getTime();
    assert.equal(days, 15 * 24 * 3_600_000);
  });

  it("charges no tax, for an account without a GSTIN", () => {
    assert.deepEqual(invoice.taxes, []);
    assert.equal(invoice.taxTotal?.amount, "0.00");
    assert.equal(invoice.total?.amount, "150.00");
  });

  it("bears the SHA-256 of its rows, as anybody can compute it again", async () => {
    const { url } = world.database;
    const logger = createLogger({ service: "billing", level: "silent" });
    const database = openDatabase({ url, entities: [], logger });
    const stored = await database.inAccount(account.accountId, (tx) =>
      invoices.get(tx, invoice.invoiceId),
    );
    await database.close();
    assert.equal(sha256(Buffer.from(documentText(stored))), invoice.documentSha256.toString("hex"));
  });

  it("keeps the parties as they were, whatever becomes of them later", async () => {
    const { customerId } = invoice;
    const changed = Customer.fromPartial({ customerId, name: "Renamed", version: 2n });
    const event = CustomerChanged.fromPartial({ customer: changed });
    await world.others.tell(announcement(CustomerChanged, event, account.accountId));
    await update({ supplier: { ...supplier, name: "Renamed too" } }, ["supplier"]);
    const again = await whole(invoice);
    assert.deepEqual(again, invoice);
    assert.equal(again.recipient?.name, "मौसम ऐप");
  });

  it("is a PDF with the same bytes each time, saved under its number", async () => {
    const { invoiceId } = invoice;
    const [first, second] = await Promise.all([
      account.invoices.getInvoicePdf({ invoiceId }),
      account.invoices.getInvoicePdf({ invoiceId }),
    ]);
    assert.equal(first.file?.fileName, "WN-26-27-000002.pdf");
    assert.equal(first.file?.contentType, "application/pdf");
    assert.equal(sha256(first.file?.data), sha256(second.file?.data));
  });

  it("says in the PDF what it says here", async () => {
    const { file } = await account.invoices.getInvoicePdf({ invoiceId: invoice.invoiceId });
    const text = pdfText(made(file).data).join("\n");
    for (const words of [
      "WeatherNow Technologies",
      "मौसम ऐप",
      "WN/26-27/000002",
      "2 May 2026",
      "Amount due by 17 May 2026",
      "1,50,000 calls ÷ 1,000 × ₹1.00 = ₹150.00",
      "Rupees One Hundred Fifty Only",
      "Thank you.",
      "Page 1 of 1",
    ]) {
      assert.ok(text.includes(words), `${words} in:\n${text}`);
    }
  });

  it("is given to the notifier, who acts for the account", async () => {
    const notifier = await billing.asService(InvoiceServiceClient, "notifier");
    const { invoiceId } = invoice;
    const { file } = await notifier.getInvoicePdf({ invoiceId }, { actFor: account.accountId });
    assert.ok(file?.data.subarray(0, 5).toString() === "%PDF-");
  });
});

describe("a preview", needs("postgres"), () => {
  it("is what the running period comes to so far, and what it would on another plan", async () => {
    const customerId = await account.customer("Curious Ltd");
    const { subscriptionId } = await account.subscribe(customerId, await account.plan());
    account.calls(customerId, "2026-05-02T10:00:00Z", 12_000n);
    account.calls(customerId, "2026-05-20T10:00:00Z", 99_000n); // not yet
    world.clock.travelTo(new Date("2026-05-03T00:00:00Z"));
    const preview = await account.invoices.previewInvoice({ subscriptionId, planId: "" });
    assert.equal(preview.invoice?.total?.amount, "12.00");
    assert.equal(preview.invoice?.number, "");
    const [charge] = (await account.plan()).charges;
    const price = { $case: "perUnit" as const, value: { unitAmount: "0.5" } };
    const { planId } = await account.plan({ charges: [{ ...made(charge), price }] });
    const other = await account.invoices.previewInvoice({ subscriptionId, planId });
    assert.equal(other.invoice?.total?.amount, "6000.00");
    await account.subscribe(customerId, await account.plan());
    await assert.rejects(account.invoices.previewInvoice({ subscriptionId, planId: "" }), {
      reason: "USAGE_NOT_SEPARABLE",
    });
  });
});

function sha256(bytes: Buffer | undefined): string {
  return createHash("sha256").update(made(bytes)).digest("hex");
}
