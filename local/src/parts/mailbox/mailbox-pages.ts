import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { mailboxPage } from "./mailbox-page.ts";
import type { Attachment, Message, MessageStore } from "./message-store.ts";

/**
 * The mailbox over HTTP: `/` the page, `/messages` (JSON; DELETE empties it), and of one message
 * `/messages/1`, `/messages/1/html`, `/messages/1/source` and `/messages/1/attachments/0`.
 */
export function mailboxPages(store: MessageStore): RequestListener {
  const summaries = readOnce(store);
  return (request, response) => {
    answer(store, summaries, request, response).catch((error: unknown) => {
      send(response, 500, "text/plain; charset=utf-8", String(error));
    });
  };
}

type Summaries = () => Promise<Summary[]>;
type Summary = ReturnType<typeof toJson>;

async function answer(
  store: MessageStore,
  summaries: Summaries,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname } = new URL(request.url ?? "/", "http://mailbox");
  const [, room, id, part, index] = pathname.split("/");
  if (room === "healthz") return send(response, 200, "text/plain; charset=utf-8", "ok");
  if (pathname === "/") return send(response, 200, "text/html; charset=utf-8", mailboxPage);
  if (room === "messages" && id === undefined) {
    if (request.method === "DELETE") store.clear();
    return sendJson(response, await summaries());
  }
  const message = room === "messages" ? await store.get(Number(id)) : undefined;
  if (message === undefined) return notFound(response);
  if (part === undefined) return sendJson(response, toJson(message));
  if (part === "html") return sendHtml(response, message);
  if (part === "source") return sendSource(response, store.raw(message.id));
  const attachment = part === "attachments" ? message.attachments[Number(index)] : undefined;
  if (attachment === undefined) return notFound(response);
  response.setHeader("content-disposition", disposition(attachment));
  return send(response, 200, attachment.contentType, attachment.content);
}

/** The page asks every two seconds: each message is parsed for it once. */
function readOnce(store: MessageStore): Summaries {
  const known = new Map<number, Summary>();
  return async () => {
    const ids = store.ids();
    for (const id of ids) {
      const message = known.has(id) ? undefined : await store.get(id);
      if (message) known.set(id, toJson(message));
    }
    for (const id of known.keys()) if (!ids.includes(id)) known.delete(id);
    return [...known.values()].reverse();
  };
}

function toJson(message: Message) {
  const { html, attachments, ...rest } = message;
  return {
    ...rest,
    hasHtml: html !== "",
    attachments: attachments.map(({ name, contentType, content }) => ({
      name,
      contentType,
      bytes: content.length,
    })),
  };
}

/** A message's HTML is a stranger's: no scripts, nothing fetched, nothing sent. */
function sendHtml(response: ServerResponse, message: Message) {
  response.setHeader(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups",
  );
  return send(response, 200, "text/html; charset=utf-8", message.html);
}

function sendSource(response: ServerResponse, raw: Buffer | undefined) {
  return send(response, 200, "text/plain; charset=utf-8", raw ?? "");
}

function sendJson(response: ServerResponse, body: unknown) {
  return send(response, 200, "application/json; charset=utf-8", JSON.stringify(body));
}

function notFound(response: ServerResponse) {
  return send(response, 404, "text/plain; charset=utf-8", "There is no such message.");
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer) {
  response.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff" });
  response.end(body);
}

/** Only what cannot run a script on this address is shown in the browser; the rest is saved. */
function disposition({ name, contentType }: Attachment): string {
  const shown = contentType === "application/pdf" || /^image\/(png|jpeg|gif)$/.test(contentType);
  return `${shown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name)}`;
}
