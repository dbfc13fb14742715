import { DomainError } from "@tollbook/domain";

export const emailInUse = () =>
  new DomainError(
    "conflict",
    "EMAIL_IN_USE",
    "There is an account with this e-mail address. Sign in, or use another address.",
  );

export const signInFailed = () =>
  new DomainError(
    "unauthenticated",
    "SIGN_IN_FAILED",
    "The e-mail address or the password is wrong.",
  );

export const sessionEnded = () =>
  new DomainError("unauthenticated", "SESSION_ENDED", "This session has ended. Sign in again.");

export const customerNotFound = (customerId: string) =>
  new DomainError("not-found", "CUSTOMER_NOT_FOUND", `There is no customer ${customerId}.`, {
    customerId,
  });

export const externalIdInUse = (externalId: string) =>
  new DomainError(
    "conflict",
    "EXTERNAL_ID_IN_USE",
    `Another customer has the external id ${externalId}.`,
    { externalId },
  );

export const keyNotFound = (keyId: string) =>
  new DomainError("not-found", "KEY_NOT_FOUND", `There is no key ${keyId}.`, { keyId });

export const keyRevoked = (keyId: string) =>
  new DomainError(
    "failed-precondition",
    "KEY_IS_REVOKED",
    `The key ${keyId} was revoked for good. Issue a new one.`,
    { keyId },
  );

export const keyUnknown = () =>
  new DomainError("not-found", "KEY_UNKNOWN", "There is no such key in this account.");

export const rootKeyNotFound = (rootKeyId: string) =>
  new DomainError("not-found", "ROOT_KEY_NOT_FOUND", `There is no root key ${rootKeyId}.`, {
    rootKeyId,
  });

export const rootKeyUnknown = () =>
  new DomainError("unauthenticated", "ROOT_KEY_UNKNOWN", "This root key does not work (any more).");

export const pageTokenMalformed = () =>
  new DomainError(
    "invalid",
    "PAGE_TOKEN_MALFORMED",
    "page_token: Send back next_page_token as it came, with the same other arguments.",
  );
