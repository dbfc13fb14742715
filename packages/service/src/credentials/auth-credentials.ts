import { CredentialServiceClient, ResolveCredentialRequest } from "@tollbook/contracts/auth/v1";
import { DomainError } from "@tollbook/domain";
import type { JSONWebKeySet } from "jose";
import { type ClientOptions, createClient } from "../client/create-client.ts";
import type { CredentialSource } from "./credential-source.ts";

/** Looks credentials up at auth, over gRPC, as a service. */
export function authCredentials(options: ClientOptions): CredentialSource & { close(): void } {
  const auth = createClient(CredentialServiceClient, options);
  return {
    resolveRootKey: async (sha256) => {
      const rootKeySha256 = Buffer.from(sha256);
      try {
        return await auth.resolveCredential(
          ResolveCredentialRequest.fromPartial({ rootKeySha256 }),
        );
      } catch (error) {
        if (error instanceof DomainError && error.reason === "ROOT_KEY_UNKNOWN") return undefined;
        throw notAnswered(error);
      }
    },
    sessionKeys: async () => {
      try {
        const { jwksJson } = await auth.listSigningKeys({});
        return JSON.parse(jwksJson) as JSONWebKeySet;
      } catch (error) {
        throw notAnswered(error);
      }
    },
    close: () => auth.close(),
  };
}

/** That auth refuses us, or fails, is not the caller's fault: they may ask again. */
function notAnswered(cause: unknown): DomainError {
  const sentence = "Your credential cannot be checked right now; please try again.";
  return new DomainError(
    "unavailable",
    "CREDENTIALS_UNAVAILABLE",
    sentence,
    {},
    {
      retryAfterMs: 1_000,
      cause,
    },
  );
}
