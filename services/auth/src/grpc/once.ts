import { parseId } from "@tollbook/domain";
import { type Caller, type Database, requireAccount, type Tx } from "@tollbook/service";
import { answerOnce, type MessageCodec } from "@tollbook/service/storage";

interface Repeatable<Req, Res> {
  rpc: string;
  request: Req & { requestId: string };
  requestCodec: MessageCodec<Req>;
  responseCodec: MessageCodec<Res>;
  /** The answer without its secrets, which are shown once. */
  keep?: (response: Res) => Res;
}

/** Does a change in the caller's account in one transaction, once for each request id. */
export function once<Req, Res>(
  database: Database,
  caller: Caller,
  repeatable: Repeatable<Req, Res>,
  work: (tx: Tx) => Promise<Res>,
): Promise<Res> {
  const { requestId } = repeatable.request;
  const id = requestId === "" ? undefined : parseId(requestId, "request_id");
  return database.inAccount(requireAccount(caller), (tx) =>
    answerOnce(tx, { ...repeatable, requestId: id }, () => work(tx)),
  );
}
