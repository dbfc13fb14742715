import { until } from "./until.ts";

/** An e-mail that arrived. */
export interface Mail {
  id: number;
  messageId: string;
  to: string[];
  subject: string;
  attachments: { name: string; contentType: string; bytes: number }[];
}

/** Waits for so many e-mails; gives all there are, the oldest first. */
export async function mailsIn(mailbox: string, atLeast: number): Promise<Mail[]> {
  const mails = await until(`${atLeast} e-mails have arrived`, async () => {
    const found = (await (await fetch(`${mailbox}/messages`)).json()) as Mail[];
    return found.length >= atLeast && found;
  });
  return mails.toSorted((one, other) => one.id - other.id);
}

/** The first file an e-mail brought. */
export async function attachmentOf(mailbox: string, { id }: Mail): Promise<Buffer> {
  const answer = await fetch(`${mailbox}/messages/${id}/attachments/0`);
  return Buffer.from(await answer.arrayBuffer());
}
