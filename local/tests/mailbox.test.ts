import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createTransport } from "nodemailer";
import { type Mailbox, startMailbox, throwawayFolder } from "../src/parts/index.ts";

const invoice = {
  from: "WeatherNow <billing@weathernow.in>",
  to: "ABC Pvt Ltd <accounts@abc.in>",
  subject: "Invoice for November: ₹20.00 · नवंबर",
  text: "Twenty rupees.",
  html: "<p>Twenty rupees.</p><script>alert(1)</script>",
  attachments: [{ filename: "बिल.pdf", content: "%PDF-1.7", contentType: "application/pdf" }],
};

describe("startMailbox", () => {
  it("shows what was sent to it, with its attachments", async () => {
    const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0 });
    await send(mailbox, invoice);
    const [message] = await mailbox.messages();
    assert.equal(message?.subject, invoice.subject);
    assert.deepEqual(message?.to, ["accounts@abc.in"]);
    assert.match(message?.messageId ?? "", /^<.+@weathernow\.in>$/);
    assert.equal(message?.attachments[0]?.name, "बिल.pdf");
    const pdf = await fetch(`${mailbox.url}/messages/1/attachments/0`);
    assert.equal(pdf.headers.get("content-type"), "application/pdf");
    assert.equal(await pdf.text(), "%PDF-1.7");
    await mailbox.stop();
  });

  it("lists the newest first over HTTP, and can be emptied", async () => {
    const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0 });
    await send(mailbox, { ...invoice, subject: "first" });
    await send(mailbox, { ...invoice, subject: "second" });
    assert.deepEqual(await subjects(mailbox), ["second", "first"]);
    await fetch(`${mailbox.url}/messages`, { method: "DELETE" });
    assert.deepEqual(await subjects(mailbox), []);
    assert.equal((await fetch(`${mailbox.url}/messages/1`)).status, 404);
    await mailbox.stop();
  });

  it("runs no script of a message", async () => {
    const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0 });
    const page = { filename: "page.html", content: "<script>1</script>", contentType: "text/html" };
    await send(mailbox, { ...invoice, attachments: [page] });
    const html = await fetch(`${mailbox.url}/messages/1/html`);
    assert.match(html.headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
    const attached = await fetch(`${mailbox.url}/messages/1/attachments/0`);
    assert.match(attached.headers.get("content-disposition") ?? "", /^attachment/);
    await mailbox.stop();
  });

  it("keeps messages in its folder from one start to the next", async () => {
    const folder = join(throwawayFolder().path, "mail");
    const first = await startMailbox({ smtpPort: 0, httpPort: 0, folder });
    await send(first, { ...invoice, subject: "yesterday" });
    await first.stop();
    const second = await startMailbox({ smtpPort: 0, httpPort: 0, folder });
    await send(second, { ...invoice, subject: "today" });
    assert.deepEqual(await subjects(second), ["today", "yesterday"]);
    await second.stop();
  });

  it("refuses a message over its size and takes the next", async () => {
    const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0 });
    const text = "x".repeat(11 * 1024 * 1024);
    await assert.rejects(send(mailbox, { ...invoice, text }), /size|large/i);
    await send(mailbox, invoice);
    assert.equal((await mailbox.messages()).length, 1);
    await mailbox.stop();
  });

  it("names the port that is taken, and lets go of the other", async () => {
    const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0 });
    const httpPort = Number(new URL(mailbox.url).port);
    await assert.rejects(
      startMailbox({ smtpPort: 0, httpPort }),
      new RegExp(`^Error: Port ${httpPort} of 127.0.0.1, wanted for the mailbox's page, cannot`),
    );
    await mailbox.stop();
  });
});

async function send(mailbox: Mailbox, message: typeof invoice): Promise<void> {
  const transport = createTransport({ host: "127.0.0.1", port: mailbox.smtpPort });
  await transport.sendMail(message);
  transport.close();
}

async function subjects(mailbox: Mailbox): Promise<string[]> {
  const answer = await fetch(`${mailbox.url}/messages`);
  return ((await answer.json()) as { subject: string }[]).map(({ subject }) => subject);
}
