import type { Logger } from "@tollbook/service";
import { createTransport, type SendMailOptions } from "nodemailer";
import CircuitBreaker from "opossum";
import type { Mailer } from "../app/needs.ts";
import type { Attachment, Envelope } from "../domain/envelope.ts";
import { isAway, notTried, outcomeOf, type SmtpFault, takenBy } from "./smtp-answer.ts";

/** A mail server that says nothing for so long is away. */
const greetWithinMs = 10_000;

/**
 * After the last byte a mail server may take its time (RFC 5321 asks for ten minutes): whoever
 * hangs up too early sends the message twice.
 */
const silentMs = 5 * 60_000;

/** Opens at half of at least 20 attempts in 30 s. */
const breakerOptions = {
  timeout: false,
  volumeThreshold: 20,
  errorThresholdPercentage: 50,
  rollingCountTimeout: 30_000,
  errorFilter: (fault: SmtpFault) => !isAway(fault),
} as const;

/** After this long one attempt may try whether the mail server is back. */
const defaultOpenMs = 10_000;

/** Sends e-mail through one mail server, one connection for each message. */
export function smtpMailer(url: string, logger: Logger, openMs = defaultOpenMs): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: greetWithinMs,
    greetingTimeout: greetWithinMs,
    dnsTimeout: greetWithinMs,
    socketTimeout: silentMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const circuit = new CircuitBreaker(
    (message: SendMailOptions) => transport.sendMail({ ...message, signal }),
    { ...breakerOptions, resetTimeout: openMs },
  );
  circuit.on("open", () => logger.warn("the mail server is away: e-mails wait"));
  circuit.on("close", () => logger.info("the mail server is back"));
  return {
    get available() {
      return !circuit.opened;
    },
    send: async (envelope, attachments) => {
      try {
        const { response } = await circuit.fire(messageOf(envelope, attachments));
        return takenBy(response);
      } catch (error) {
        const fault = error as SmtpFault;
        if (fault.code === "EOPENBREAKER") return notTried;
        logger.warn({ err: error, messageId: envelope.messageId }, "an e-mail was not taken");
        return outcomeOf(fault);
      }
    },
    verify: async () => {
      await transport.verify();
    },
    close: () => {
      stopping.abort();
      circuit.shutdown();
      transport.close();
    },
  };
}

function messageOf(envelope: Envelope, attachments: readonly Attachment[]): SendMailOptions {
  const { messageId, from, replyTo, recipient, subject, text, html, list } = envelope;
  return {
    messageId,
    from,
    to: { name: "", address: recipient },
    ...(replyTo && { replyTo: { name: "", address: replyTo } }),
    subject,
    text,
    html,
    // Out-of-office answers to a machine help nobody (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    list: { id: { url: list.id, comment: list.name } },
    attachments: attachments.map(({ fileName, contentType, content }) => ({
      filename: fileName,
      contentType,
      content: Buffer.from(content),
    })),
  };
}
