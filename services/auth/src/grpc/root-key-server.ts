import {
  CreateRootKeyRequest,
  CreateRootKeyResponse,
  ListRootKeysResponse,
  RevokeRootKeyResponse,
  type RootKeyServiceServer,
  RootKeyServiceService,
} from "@tollbook/contracts/auth/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Auth } from "../app/index.ts";
import { parsePage, toPage } from "../domain/page.ts";
import { defaultRootKeyScopes } from "../domain/root-key.ts";
import { protoRootKey } from "../words/proto-words.ts";
import { once } from "./once.ts";
import { rootKeyPermissions } from "./permissions.ts";

const creating = {
  rpc: "CreateRootKey",
  requestCodec: CreateRootKeyRequest,
  responseCodec: CreateRootKeyResponse,
  keep: (response: CreateRootKeyResponse) => ({ ...response, secret: "" }),
};

/** The account's own credentials. */
export const rootKeyDoor = (app: Auth): Door => {
  const implementation: Partial<RootKeyServiceServer> = {
    createRootKey: unary((request: CreateRootKeyRequest, caller) =>
      once(app.database, caller, { ...creating, request }, async (tx) => {
        const { name, expireTime } = request;
        const scopes = request.scopes.length > 0 ? request.scopes : defaultRootKeyScopes;
        const { rootKey, secret } = await app.createRootKey(tx, { name, scopes, expireTime });
        return CreateRootKeyResponse.fromPartial({ rootKey: protoRootKey(rootKey), secret });
      }),
    ),
    listRootKeys: unary(async ({ pageSize, pageToken }, caller) => {
      const page = parsePage(pageSize, pageToken, ["ListRootKeys"]);
      const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
        app.rootKeys.list(tx, page),
      );
      const { items, nextPageToken } = toPage(rows, page, (rootKey) => rootKey.rootKeyId);
      const rootKeys = items.map(protoRootKey);
      return ListRootKeysResponse.fromPartial({ rootKeys, nextPageToken });
    }),
    revokeRootKey: unary(async (request, caller) => {
      const rootKeyId = parseId(request.rootKeyId, "root_key_id");
      const rootKey = await app.database.inAccount(requireAccount(caller), (tx) =>
        app.revokeRootKey(tx, rootKeyId),
      );
      return RevokeRootKeyResponse.fromPartial({ rootKey: protoRootKey(rootKey) });
    }),
  };
  return { service: RootKeyServiceService, implementation, permissions: rootKeyPermissions };
};
