import {
  DisableKeyResponse,
  EnableKeyResponse,
  GetKeyResponse,
  IssueKeysRequest,
  IssueKeysResponse,
  type KeyServiceServer,
  KeyServiceService,
  ListKeysResponse,
  RevokeKeyResponse,
} from "@tollbook/contracts/auth/v1";
import { parseId } from "@tollbook/domain";
import { type Caller, type Door, requireAccount, unary } from "@tollbook/service";
import type { Auth } from "../app/index.ts";
import type { Key, KeyState } from "../domain/key.ts";
import { parsePage, toPage } from "../domain/page.ts";
import { protoIssuedKey, protoKey } from "../words/proto-words.ts";
import { fromProtoKeys, optionalId } from "./convert.ts";
import { once } from "./once.ts";
import { keyPermissions } from "./permissions.ts";

const issuing = {
  rpc: "IssueKeys",
  requestCodec: IssueKeysRequest,
  responseCodec: IssueKeysResponse,
  keep: ({ keys }: IssueKeysResponse) => ({ keys: keys.map(({ key }) => ({ key, secret: "" })) }),
};

/** Customers' keys. */
export const keyDoor = (app: Auth): Door => {
  const setState = async (keyId: string, caller: Caller, state: KeyState): Promise<Key> => {
    const id = parseId(keyId, "key_id");
    return app.database.inAccount(requireAccount(caller), (tx) => app.setKeyState(tx, id, state));
  };
  const changes: Partial<KeyServiceServer> = {
    issueKeys: unary((request: IssueKeysRequest, caller) =>
      once(app.database, caller, { ...issuing, request }, async (tx) => {
        const issued = await app.issueKeys(tx, fromProtoKeys(request));
        return IssueKeysResponse.fromPartial({ keys: issued.map(protoIssuedKey) });
      }),
    ),
    revokeKey: unary(async ({ keyId }, caller) => {
      const key = await setState(keyId, caller, "revoked");
      return RevokeKeyResponse.fromPartial({ key: protoKey(key) });
    }),
    disableKey: unary(async ({ keyId }, caller) => {
      const key = await setState(keyId, caller, "disabled");
      return DisableKeyResponse.fromPartial({ key: protoKey(key) });
    }),
    enableKey: unary(async ({ keyId }, caller) => {
      const key = await setState(keyId, caller, "active");
      return EnableKeyResponse.fromPartial({ key: protoKey(key) });
    }),
  };
  const implementation = { ...changes, ...reads(app) };
  return { service: KeyServiceService, implementation, permissions: keyPermissions };
};

const reads = (app: Auth): Partial<KeyServiceServer> => ({
  getKey: unary(async (request, caller) => {
    const keyId = parseId(request.keyId, "key_id");
    const key = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.keys.get(tx, keyId),
    );
    return GetKeyResponse.fromPartial({ key: protoKey(key) });
  }),
  listKeys: unary(async (request, caller) => {
    const customerId = optionalId(request.customerId, "customer_id") ?? "";
    const page = parsePage(request.pageSize, request.pageToken, ["ListKeys", customerId]);
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.keys.list(tx, page, customerId),
    );
    const { items, nextPageToken } = toPage(rows, page, (key) => key.keyId);
    return ListKeysResponse.fromPartial({ keys: items.map(protoKey), nextPageToken });
  }),
});
