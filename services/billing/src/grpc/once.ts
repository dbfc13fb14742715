import { parseId } from "@tollbook/domain";
import type { Database, Tx } from "@tollbook/service";
import { answerOnce, type MessageCodec } from "@tollbook/service/storage";

interface Repeatable<Req, Res> {
  readonly rpc: string;
  readonly request: Req & { readonly requestId: string };
  readonly requestCodec: MessageCodec<Req>;
  readonly responseCodec: MessageCodec<Res>;
}

/** Does a change in an account in one transaction, once for each request id. */
export function once<Req, Res>(
  database: Database,
  accountId: string,
  repeatable: Repeatable<Req, Res>,
  work: (tx: Tx) => Promise<Res>,
): Promise<Res> {
  const { requestId } = repeatable.request;
  const id = requestId === "" ? undefined : parseId(requestId, "request_id");
  return database.inAccount(accountId, (tx) =>
    answerOnce(tx, { ...repeatable, requestId: id }, () => work(tx)),
  );
}
