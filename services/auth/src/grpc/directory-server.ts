import {
  type CredentialServiceServer,
  CredentialServiceService,
  DescribeCustomersResponse,
  DescribeKeysResponse,
  type DirectoryServiceServer,
  DirectoryServiceService,
  ListSigningKeysResponse,
  ResolveCredentialResponse,
  ResolveKeyResponse,
} from "@tollbook/contracts/auth/v1";
import { invalidField, parseId } from "@tollbook/domain";
import { type Door, requireAccount, serverStream, unary } from "@tollbook/service";
import type { Auth } from "../app/index.ts";
import { rootKeyUnknown } from "../domain/errors.ts";
import { protoCustomer, protoKeyRecord } from "../words/proto-words.ts";
import { fromProtoSha256 } from "./convert.ts";
import { credentialPermissions, directoryPermissions } from "./permissions.ts";
import { protoNews } from "./proto-news.ts";

/** One answer holds no more. */
const describedMax = 1_000;

/** What gates and services ask. */
export const directoryDoor = (app: Auth): Door => {
  const implementation: Partial<DirectoryServiceServer> = {
    resolveKey: unary(async (request, caller) => {
      const sha256 = fromProtoSha256(request.keySha256, "key_sha256");
      const found = await app.resolveKey(requireAccount(caller), sha256);
      return ResolveKeyResponse.fromPartial({ key: protoKeyRecord(found, sha256) });
    }),
    watchKeys: serverStream(async function* ({ sinceVersion }, caller, { signal }) {
      const accountId = requireAccount(caller);
      for await (const news of app.watchKeys(accountId, sinceVersion, signal)) {
        yield protoNews(news, app.clock.now());
      }
    }),
    describeKeys: unary(async ({ keyIds, keySha256s }, caller) => {
      requireFew("key_ids", keyIds.length + keySha256s.length);
      const ids = keyIds.map((id, index) => parseId(id, `key_ids[${index}]`));
      const sha256s = keySha256s.map((bytes) => fromProtoSha256(bytes, "key_sha256s"));
      const described = await app.describeKeys(requireAccount(caller), ids, sha256s);
      const keys = described.map(({ found, sha256 }) => protoKeyRecord(found, sha256));
      return DescribeKeysResponse.fromPartial({ keys });
    }),
    describeCustomers: unary(async ({ customerIds, externalIds }, caller) => {
      requireFew("customer_ids", customerIds.length + externalIds.length);
      const ids = customerIds.map((id, index) => parseId(id, `customer_ids[${index}]`));
      const customers = await app.database.inAccount(requireAccount(caller), (tx) =>
        app.customers.some(tx, ids, externalIds),
      );
      return DescribeCustomersResponse.fromPartial({ customers: customers.map(protoCustomer) });
    }),
  };
  return { service: DirectoryServiceService, implementation, permissions: directoryPermissions };
};

/** How services learn who calls them. */
export const credentialDoor = (app: Auth): Door => {
  const implementation: Partial<CredentialServiceServer> = {
    resolveCredential: unary(async (request) => {
      const sha256 = fromProtoSha256(request.rootKeySha256, "root_key_sha256");
      const found = await app.resolveCredential(sha256);
      if (!found) throw rootKeyUnknown();
      const { accountId, rootKeyId, scopes, expireTime } = found;
      const words = { accountId, rootKeyId, scopes, ...(expireTime && { expireTime }) };
      return ResolveCredentialResponse.fromPartial(words);
    }),
    listSigningKeys: unary(async () =>
      ListSigningKeysResponse.fromPartial({ jwksJson: JSON.stringify(app.signingKeys()) }),
    ),
  };
  return { service: CredentialServiceService, implementation, permissions: credentialPermissions };
};

function requireFew(field: string, count: number): void {
  if (count <= describedMax) return;
  throw invalidField(field, "TOO_MANY", `Ask for at most ${describedMax} at once.`);
}
