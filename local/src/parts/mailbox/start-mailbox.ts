import { createServer, type Server } from "node:http";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { mailboxPages } from "./mailbox-pages.ts";
import { type Message, openMessageStore } from "./message-store.ts";

export interface MailboxOptions {
  /** 0: a free one. */
  smtpPort: number;
  /** 0: a free one. */
  httpPort: number;
  /** Keeps the messages from one start to the next. Left out: they live as long as the mailbox. */
  folder?: string;
}

export interface Mailbox {
  smtpPort: number;
  /** Where a person reads the messages: `http://127.0.0.1:8025`. */
  url: string;
  /** What arrived, the oldest first, at most the last 1,000. */
  messages(): Promise<Message[]>;
  clear(): void;
  stop(): Promise<void>;
}

const loopback = "127.0.0.1";
/** A yearly invoice with its PDF is well below. */
const messageBytesMax = 10 * 1024 * 1024;
const clientsMax = 50;
/** An open page or a sender in mid-sentence must not hold up the stop. */
const closeMs = 500;

/**
 * Starts a mailbox for one machine: an SMTP server that accepts every message and delivers none,
 * and a page that shows them. Both listen on 127.0.0.1 only. Throws when a port is taken; the
 * message names it.
 */
export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const store = openMessageStore(options.folder);
  const smtp = smtpServer(store.add);
  const smtpPort = await listen(smtp.server, options.smtpPort, "e-mail (SMTP)");
  const pages = createServer(mailboxPages(store));
  const httpPort = await listen(pages, options.httpPort, "the mailbox's page").catch((error) => {
    smtp.close();
    throw error;
  });
  return {
    smtpPort,
    url: `http://${loopback}:${httpPort}`,
    messages: store.all,
    clear: store.clear,
    async stop() {
      pages.closeAllConnections();
      await Promise.all([closed((done) => pages.close(done)), closed((done) => smtp.close(done))]);
    },
  };
}

function smtpServer(keep: (raw: Buffer) => void): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    // Any credentials do: a program under test sends those it would send to the real server.
    onAuth: (auth, _session, answer) => answer(null, { user: auth.username ?? "anybody" }),
    size: messageBytesMax,
    maxClients: clientsMax,
    closeTimeout: closeMs,
    disableReverseLookup: true,
    onData(stream, _session, answer) {
      readAll(stream).then(
        (raw) => {
          if (stream.sizeExceeded) return answer(new Error("The message is too large."));
          keep(raw);
          answer();
        },
        (error: Error) => answer(error),
      );
    },
  });
  // A sender that hangs up is its own affair.
  server.on("error", () => {});
  return server;
}

/** Reads to the end even when the message is too large, because only then can it be answered. */
async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= messageBytesMax) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Listener {
  listen(port: number, host: string): unknown;
  address(): ReturnType<Server["address"]>;
  once(event: "listening" | "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

function listen(server: Listener, port: number, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = ({ message }: Error) => {
      reject(
        new Error(`Port ${port} of ${loopback}, wanted for ${what}, cannot be had: ${message}`),
      );
    };
    server.once("error", failed);
    server.once("listening", () => {
      server.off("error", failed);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
    server.listen(port, loopback);
  });
}

function closed(close: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    close(() => resolve());
  });
}
