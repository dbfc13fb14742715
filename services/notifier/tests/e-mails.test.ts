import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { AlertKind, DeliveryState } from "@tollbook/contracts/notifier/v1";
import type { OutgoingEvent } from "@tollbook/service";
import { eventually, needs } from "@tollbook/testing";
import { changed, customerOf, newStory } from "./news.ts";
import { type RunningNotifier, startWorld, type World } from "./world.ts";

describe("what the notifier says", needs("postgres"), () => {
  let world: World;
  let notifier: RunningNotifier;
  before(async () => {
    world = await startWorld();
    notifier = await world.startNotifier();
  });
  afterEach(() => world.smtp.reset());
  after(() => world.close());

  const tell = async (...events: OutgoingEvent[]) => {
    for (const event of events) await world.producers.tell(event);
  };
  const mailsTo = (address: string) =>
    world.smtp.taken.filter(({ recipient }) => recipient === address);
  const mail = (address: string) =>
    eventually(() => {
      const [first, ...more] = mailsTo(address);
      assert.deepEqual(more, []);
      return first ?? null;
    });

  it("at 80 % goes to the account's owner, in text and HTML", async () => {
    const story = newStory();
    await tell(story.accountCreated, story.customerCreated, story.crossed);
    const got = await mail(story.owner);
    assert.equal(got.subject, "Free Rider has used 80 % of its monthly calls (800 of 1,000)");
    assert.equal(got.from?.text, '"Tollbook" <no-reply@tollbook.example>');
    assert.match(got.text ?? "", /refused until 1 December 2026, 00:00 IST/);
    assert.match(String(got.html), /href="https:\/\/tollbook\.example\/"/);
    assert.equal(got.headers.get("auto-submitted"), "auto-generated");
    assert.match(
      got.raw,
      new RegExp(`^List-ID: \\S+ \\S+\\s+<alerts\\.${story.accountId}\\.`, "im"),
    );
    assert.deepEqual(got.attachments, []);
  });

  it("lets no name of a customer or an account write its headers", async () => {
    const story = newStory();
    const name = "मौसम\r\nBcc: all@evil.example\r\n\r\n<script>";
    await tell(story.accountCreated, changed(story, { name, version: 2n }), story.crossed);
    const got = await mail(story.owner);
    assert.equal(
      got.subject,
      "मौसम Bcc: all@evil.example <script> has used 80 % of its monthly calls (800 of 1,000)",
    );
    assert.equal(got.bcc, undefined);
    assert.equal(world.smtp.taken.length, 1);
    assert.doesNotMatch(String(got.html), /<script>/);
  });

  it("of an invoice goes to the customer's billing address, with the PDF", async () => {
    const story = newStory();
    world.producers.pdfs.set(story.invoiceId, Buffer.from("%PDF-1.7 of this invoice"));
    await tell(story.accountCreated, story.invoiced);
    const got = await mail(story.billedAt);
    assert.equal(
      got.subject,
      "Invoice INV/26-27/000001 from WeatherNow: ₹20.00 due 15 January 2027",
    );
    assert.equal(got.from?.value[0]?.name, "WeatherNow via Tollbook");
    assert.equal(got.replyTo?.value[0]?.address, story.owner);
    const [pdf, ...more] = got.attachments;
    assert.deepEqual(more, []);
    assert.equal(pdf?.filename, "INV-26-27-000001.pdf");
    assert.equal(pdf?.contentType, "application/pdf");
    assert.equal(pdf?.content.toString(), "%PDF-1.7 of this invoice");
    assert.deepEqual(world.producers.askedFor, [`notifier for ${story.accountId}`]);
  });

  it("of an invoice without an address is a failure one can see, and the owners hear", async () => {
    const story = newStory({ billedAt: "" });
    world.producers.pdfs.set(story.invoiceId, Buffer.from("%PDF-1.7"));
    await tell(story.accountCreated, story.customerCreated, story.invoiced);
    const got = await mail(story.owner);
    assert.match(got.subject ?? "", /^Invoice INV\/26-27\/000001 for Free Rider was not mailed/);
    assert.equal(got.attachments.length, 1);
    const { deliveries } = await notifier
      .as(story.accountId)
      .listDeliveries({ pageSize: 0, pageToken: "", customerId: "" });
    const failed = deliveries.find(({ state }) => state === DeliveryState.FAILED);
    assert.equal(failed?.recipient, "");
    assert.equal(failed?.kind, AlertKind.INVOICE_FINALIZED);
    assert.match(failed?.lastAnswer ?? "", /has no e-mail address for invoices/);
  });

  it("of an unmailed invoice is sent once the customer has an address", async () => {
    const story = newStory({ billedAt: "" });
    world.producers.pdfs.set(story.invoiceId, Buffer.from("%PDF-1.7"));
    await tell(story.accountCreated, story.customerCreated, story.invoiced);
    await mail(story.owner);
    const deliveries = notifier.as(story.accountId);
    const listed = await deliveries.listDeliveries({ pageSize: 0, pageToken: "", customerId: "" });
    const deliveryId = listed.deliveries.find(({ recipient }) => recipient === "")?.deliveryId;
    assert.ok(deliveryId);
    const again = { deliveryId, requestId: "" };
    await assert.rejects(deliveries.resendDelivery(again), { reason: "DELIVERY_HAS_NO_RECIPIENT" });

    const email = `late-${story.accountId}@rider.example`;
    await tell(changed(story, { email, version: 2n }));
    const { delivery } = await eventually(() => deliveries.resendDelivery(again));
    assert.equal(delivery?.state, DeliveryState.PENDING);
    assert.match((await mail(email)).subject ?? "", /^Invoice INV\/26-27\/000001 from WeatherNow/);
  });

  it("waits for an account that is heard of late, and loses nothing", async () => {
    const story = newStory();
    await tell(story.exhausted, story.crossed, story.customerCreated);
    await eventually(async () => assert.equal(await world.waiting(story.accountId), 2));
    assert.deepEqual(mailsTo(story.owner), []);
    await tell(story.accountCreated);
    await eventually(() => assert.equal(mailsTo(story.owner).length, 2));
    assert.equal(await world.waiting(story.accountId), 0);
  });

  it("asks auth who a customer is whose news is late", async () => {
    const story = newStory();
    world.producers.customers.set(story.customerId, customerOf(story, { name: "Known To Auth" }));
    await tell(story.accountCreated, story.crossed);
    const got = await mail(story.owner);
    assert.match(got.subject ?? "", /^Known To Auth has used 80 %/);
  });

  it("ignores what is older than what it knows", async () => {
    const story = newStory();
    await tell(story.accountCreated, changed(story, { name: "New Name", version: 3n }));
    await tell(changed(story, { name: "Old Name", version: 2n }), story.crossed);
    assert.match((await mail(story.owner)).subject ?? "", /^New Name has used/);
  });
});
