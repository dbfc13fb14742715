import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AddressObject, ParsedMail } from "mailparser";
import { makeFolder } from "../make-folder.ts";

export interface Message {
  /** Of this mailbox: rises by one with each message. */
  id: number;
  /** The Message-ID header, which a repeated delivery repeats; empty if there is none. */
  messageId: string;
  from: string;
  to: string[];
  subject: string;
  date: Date | undefined;
  /** The body as plain text; empty if there is none. */
  text: string;
  /** The body as HTML; empty if there is none. */
  html: string;
  attachments: Attachment[];
  /** Every header by its name in small letters; values as written, one line each. */
  headers: Record<string, string>;
}

export interface Attachment {
  name: string;
  contentType: string;
  content: Buffer;
}

export interface MessageStore {
  add(raw: Buffer): void;
  /** The ids of what is kept, the oldest first. */
  ids(): number[];
  raw(id: number): Buffer | undefined;
  get(id: number): Promise<Message | undefined>;
  all(): Promise<Message[]>;
  clear(): void;
}

/** Past this the oldest goes: a mailbox for trying things out, not an archive. */
const messagesMax = 1_000;

/** Opens the messages kept in that folder, or, without one, none. */
export function openMessageStore(folder?: string): MessageStore {
  const keep = folder === undefined ? inMemory() : inFolder(makeFolder(folder));
  const ids = keep.ids();
  const get = async (id: number) => {
    const raw = ids.includes(id) ? keep.read(id) : undefined;
    return raw && toMessage(id, raw);
  };
  return {
    add(raw) {
      const id = (ids.at(-1) ?? 0) + 1;
      keep.write(id, raw);
      ids.push(id);
      if (ids.length > messagesMax) keep.remove(ids.shift() as number);
    },
    ids: () => [...ids],
    raw: (id) => (ids.includes(id) ? keep.read(id) : undefined),
    get,
    async all() {
      const found = await Promise.all(ids.map(get));
      return found.filter((message) => message !== undefined);
    },
    clear() {
      for (const id of ids.splice(0)) keep.remove(id);
    },
  };
}

interface Keep {
  ids(): number[];
  read(id: number): Buffer;
  write(id: number, raw: Buffer): void;
  remove(id: number): void;
}

function inMemory(): Keep {
  const kept = new Map<number, Buffer>();
  return {
    ids: () => [],
    read: (id) => kept.get(id) as Buffer,
    write: (id, raw) => void kept.set(id, raw),
    remove: (id) => void kept.delete(id),
  };
}

function inFolder(folder: string): Keep {
  const file = (id: number) => join(folder, `${id}.eml`);
  return {
    ids() {
      const names = readdirSync(folder).filter((name) => /^\d+\.eml$/.test(name));
      return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    },
    read: (id) => readFileSync(file(id)),
    write: (id, raw) => writeFileSync(file(id), raw, { mode: 0o600 }),
    remove: (id) => rmSync(file(id), { force: true }),
  };
}

async function toMessage(id: number, raw: Buffer): Promise<Message> {
  // Loaded with the first message somebody reads: 20 MB that an idle platform does without.
  const { simpleParser } = await import("mailparser");
  const mail = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true });
  return {
    id,
    messageId: mail.messageId ?? "",
    from: mail.from?.text ?? "",
    to: addresses(mail.to),
    subject: mail.subject ?? "",
    date: mail.date,
    text: mail.text ?? "",
    html: mail.html || "",
    attachments: mail.attachments.map((part) => ({
      name: part.filename ?? "unnamed",
      contentType: part.contentType,
      content: part.content,
    })),
    headers: headersOf(mail),
  };
}

function addresses(to: AddressObject | AddressObject[] | undefined): string[] {
  return [to ?? []].flat().flatMap((list) => list.value.map(({ address }) => address ?? ""));
}

function headersOf(mail: ParsedMail): Record<string, string> {
  const unfolded = mail.headerLines.map(({ key, line }) => {
    const value = line.slice(line.indexOf(":") + 1).replaceAll(/\r?\n\s+/g, " ");
    return [key, value.trim()] as const;
  });
  return Object.fromEntries(unfolded);
}
