import { createHash } from "node:crypto";
import { DomainError } from "@tollbook/domain";
import { tableSecurity, workerPolicy } from "./table-security.ts";
import type { Tx } from "./tx.ts";

/** A protobuf message's way to bytes and back, as ts-proto generates it. */
export interface MessageCodec<M> {
  encode(message: M): { finish(): Uint8Array };
  decode(bytes: Uint8Array): M;
}

export interface RepeatableRequest<Req, Res> {
  /** The RPC, such as "CreateCustomer": the same id for another RPC is a mistake. */
  rpc: string;
  /** UUIDv7 of the caller; undefined if it sent none, and then nothing is remembered. */
  requestId: string | undefined;
  request: Req;
  requestCodec: MessageCodec<Req>;
  responseCodec: MessageCodec<Res>;
  /** What is kept of the answer: without secrets, which are shown once. The whole if absent. */
  keep?: (response: Res) => Res;
}

/** Answers are kept this long; a later repeat is a new request. */
export const answeredRequestDays = 35;

/** The table of answers, for a service's first migration. */
export function answeredRequestSql(service: string): string[] {
  return [
    `create table answered_request (
      account_id uuid not null,
      request_id uuid not null,
      rpc text not null,
      request_sha256 bytea not null,
      answer bytea,
      first_time timestamptz not null default now(),
      primary key (account_id, request_id)
    )`,
    "create index answered_request_first_time on answered_request (first_time)",
    ...tableSecurity(service, "answered_request", ["select", "insert", "update"]),
    ...workerPolicy(service, "answered_request", ["select", "delete"]),
  ];
}

/**
 * Does `work` once for a request id: a repeat with the same content gets the first answer, one
 * with other content is CONFLICT REQUEST_ID_REUSED, which says when the id was first seen. Two
 * at once wait for each other on the row. Runs inside the account's transaction.
 */
export async function answerOnce<Req, Res>(
  tx: Tx,
  repeatable: RepeatableRequest<Req, Res>,
  work: () => Promise<Res>,
): Promise<Res> {
  const { requestId, responseCodec, keep = (response: Res) => response } = repeatable;
  if (requestId === undefined) return work();
  const first = await firstAnswer(tx, repeatable, requestId);
  if (first) return responseCodec.decode(first);
  const response = await work();
  const answer = Buffer.from(responseCodec.encode(keep(response)).finish());
  const text = `update answered_request set answer = $3 where account_id = $1 and request_id = $2`;
  await tx.sql(text, [tx.accountId, requestId, answer]);
  return response;
}

interface AnsweredRow {
  rpc: string;
  request_sha256: Buffer;
  answer: Buffer;
  first_time: Date;
}

/** The first answer's bytes, or undefined if this request is the first; then its row is ours. */
async function firstAnswer<Req, Res>(
  tx: Tx,
  { rpc, request, requestCodec }: RepeatableRequest<Req, Res>,
  requestId: string,
): Promise<Buffer | undefined> {
  const sha256 = createHash("sha256").update(requestCodec.encode(request).finish()).digest();
  const insert = `insert into answered_request (account_id, request_id, rpc, request_sha256)
    values ($1, $2, $3, $4) on conflict do nothing returning 1`;
  const claimed = await tx.sql(insert, [tx.accountId, requestId, rpc, sha256]);
  if (claimed.length > 0) return undefined;
  const select = `select rpc, request_sha256, answer, first_time from answered_request
    where account_id = $1 and request_id = $2`;
  const [row] = await tx.sql<AnsweredRow>(select, [tx.accountId, requestId]);
  if (!row) throw new Error("an answered request vanished inside its own transaction");
  if (row.rpc === rpc && row.request_sha256.equals(sha256)) return row.answer;
  throw requestIdReused(requestId, row, sha256);
}

function requestIdReused(requestId: string, row: AnsweredRow, sha256: Buffer): DomainError {
  const firstTime = row.first_time.toISOString();
  return new DomainError(
    "conflict",
    "REQUEST_ID_REUSED",
    `request_id: This id was used at ${firstTime} for another ${row.rpc}. Make a new id.`,
    {
      requestId,
      firstTime,
      firstSha256: row.request_sha256.toString("hex"),
      thisSha256: sha256.toString("hex"),
    },
  );
}
