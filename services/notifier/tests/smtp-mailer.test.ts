import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { createLogger } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import type { Mailer } from "../src/app/needs.ts";
import { smtpMailer } from "../src/clients/smtp-mailer.ts";
import { warnOfMailServer } from "../src/clients/warn-of-mail-server.ts";
import { type SmtpPeer, startSmtpPeer } from "./smtp-peer.ts";

const logger = createLogger({ service: "notifier", level: "silent" });

const envelope = (recipient: string) => ({
  messageId: "<delivery.1@tollbook.example>",
  from: { name: 'Evil" <x@evil.example>, "Corp\r\nBcc: y@evil.example', address: "a@b.example" },
  replyTo: "asha@weathernow.example",
  recipient,
  subject: "Subject\r\nBcc: z@evil.example",
  text: "Text",
  html: "<p>HTML</p>",
  list: { id: "alerts.1.b.example", name: 'List" <x>\r\nX-Evil: 1' },
});

describe("the way to the mail server", () => {
  let peer: SmtpPeer;
  let mailer: Mailer;
  before(async () => {
    peer = await startSmtpPeer();
    mailer = smtpMailer(peer.url, logger, 200);
  });
  beforeEach(() => peer.reset());
  after(async () => {
    mailer.close();
    await peer.stop();
  });

  it("adds no header and no recipient, whatever the names are", async () => {
    const outcome = await mailer.send(envelope("c@d.example"), []);
    assert.equal(outcome.kind, "taken");
    const [mail] = peer.taken;
    const names = [...(mail?.headers.keys() ?? [])].sort();
    assert.deepEqual(names, [
      ...["auto-submitted", "content-type", "date", "from", "list", "message-id"],
      ...["mime-version", "reply-to", "subject", "to", "x-auto-response-suppress"],
    ]);
    assert.deepEqual(
      mail?.from?.value.map(({ address }) => address),
      ["a@b.example"],
    );
    assert.equal(mail?.recipient, "c@d.example");
  });

  it("says at start which mail server is not there, and what to do, but no password", async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const url = "smtp://bob:opensesame@127.0.0.1:1";
    const nobody = smtpMailer(url, logger);
    await warnOfMailServer(
      nobody,
      url,
      createLogger({ service: "notifier", level: "warn", destination }),
    );
    nobody.close();
    const [line = "", ...more] = lines;
    assert.deepEqual(more, []);
    assert.match(line, /127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
    assert.match(line, /TOLLBOOK_NOTIFIER_SMTP_URL/);
    assert.doesNotMatch(line, /opensesame/);
  });

  it("says nothing at start of a mail server that is there", async () => {
    await mailer.verify();
  });

  it("is closed while the mail server is away, and opens again by itself", async () => {
    await peer.stop();
    for (let times = 0; mailer.available; times += 1) {
      assert.equal((await mailer.send(envelope("c@d.example"), [])).kind, "later");
      assert.ok(times < 20);
    }
    assert.equal((await mailer.send(envelope("c@d.example"), [])).kind, "away");
    await peer.start();
    await eventually(async () => {
      assert.equal((await mailer.send(envelope("c@d.example"), [])).kind, "taken");
    });
    assert.equal(mailer.available, true);
  });

  it("is not closed by addresses that the mail server refuses", async () => {
    peer.atRecipient = () => ({ responseCode: 550, message: "5.1.1 No such user" });
    for (let times = 0; times < 25; times += 1) {
      assert.equal((await mailer.send(envelope("c@d.example"), [])).kind, "refused");
    }
    assert.equal(mailer.available, true);
  });

  it("gives up what is on its way when it is shut", async () => {
    const shut = smtpMailer(peer.url, logger);
    peer.beforeAnswer = async () => {
      shut.close();
      return new Promise(() => {});
    };
    assert.equal((await shut.send(envelope("c@d.example"), [])).kind, "later");
  });
});
