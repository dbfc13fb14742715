import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";

/** One e-mail the mail server has taken, as the reader's program sees it. */
export interface TakenMail extends ParsedMail {
  raw: string;
  /** Whom the envelope, not the header, names. */
  recipient: string;
}

/** A refusal: the code and words of the SMTP reply. */
export interface Refusal {
  responseCode: number;
  message: string;
}

/** A real mail server for a test, which does as the test says. */
export interface SmtpPeer {
  url: string;
  /** What it has answered with 250, the oldest first. */
  taken: TakenMail[];
  /** Connections it has seen. */
  connections: number;
  /** The most messages it has had in hand at once. */
  atOnceMax: number;
  /** What it says to RCPT TO; nothing is a yes. */
  atRecipient(address: string): Refusal | undefined;
  /** Runs when it has the whole message and before it answers; may refuse, or take its time. */
  beforeAnswer(mail: TakenMail): Promise<Refusal | undefined>;
  /** Back to saying yes to everything, with nothing taken. */
  reset(): void;
  stop(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
}

const yes = { atRecipient: () => undefined, beforeAnswer: async () => undefined };

export async function startSmtpPeer(): Promise<SmtpPeer> {
  let server: SMTPServer | undefined;
  let port = 0;
  const peer: SmtpPeer = {
    ...yes,
    url: "",
    taken: [],
    connections: 0,
    atOnceMax: 0,
    reset: () => Object.assign(peer, yes, { taken: [], connections: 0, atOnceMax: 0 }),
    async start() {
      server = serverOf(peer);
      server.listen(port, "127.0.0.1");
      await once(server.server, "listening");
      port = (server.server.address() as AddressInfo).port;
      peer.url = `smtp://127.0.0.1:${port}`;
    },
    async stop() {
      const stopped = server;
      server = undefined;
      if (stopped) await new Promise<void>((resolve) => stopped.close(resolve));
    },
  };
  await peer.start();
  return peer;
}

function serverOf(peer: SmtpPeer): SMTPServer {
  let atOnce = 0;
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, answer) => {
      peer.connections += 1;
      answer();
    },
    onRcptTo: ({ address }, _session, answer) => answer(refusalOf(peer.atRecipient(address))),
    onData: (stream, session, answer) => {
      const recipient = session.envelope.rcptTo[0]?.address ?? "";
      atOnce += 1;
      peer.atOnceMax = Math.max(peer.atOnceMax, atOnce);
      take(peer, stream, recipient)
        .finally(() => (atOnce -= 1))
        .then(answer, answer);
    },
  });
  // A client that is killed in mid-sentence is what some tests are about.
  server.on("error", () => {});
  return server;
}

async function take(
  peer: SmtpPeer,
  stream: SMTPServerDataStream,
  recipient: string,
): Promise<Error | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const mail = { ...(await simpleParser(raw)), raw: raw.toString(), recipient };
  const refusal = refusalOf(await peer.beforeAnswer(mail));
  if (refusal === undefined) peer.taken.push(mail);
  return refusal;
}

function refusalOf(refusal: Refusal | undefined): Error | undefined {
  return refusal && Object.assign(new Error(refusal.message), refusal);
}
