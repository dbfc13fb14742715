import { DomainError, invalidField } from "@tollbook/domain";

export const deliveryNotFound = (deliveryId: string) =>
  new DomainError("not-found", "DELIVERY_NOT_FOUND", `There is no delivery ${deliveryId}.`, {
    deliveryId,
  });

/** It was recorded because nobody could be reached, and nobody can be reached now. */
export const deliveryHasNoRecipient = (deliveryId: string) =>
  new DomainError(
    "failed-precondition",
    "DELIVERY_HAS_NO_RECIPIENT",
    "There is still no e-mail address this can be sent to. Add one, then resend.",
    { deliveryId },
  );

export const pageTokenMalformed = () =>
  invalidField(
    "page_token",
    "PAGE_TOKEN_MALFORMED",
    "Not the token of a page of this list with these arguments. Begin again without one.",
  );
