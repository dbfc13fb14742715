import { DomainError } from "@tollbook/domain";

/** Sign-up and this service hear of each other within a second, or a minute without NATS. */
const RETRY_AFTER_MS = 1_000;

export const accountNotKnownYet = (accountId: string) =>
  new DomainError(
    "unavailable",
    "ACCOUNT_NOT_KNOWN_YET",
    "This account was opened a moment ago and is not known here yet; please try again.",
    { accountId },
    { retryAfterMs: RETRY_AFTER_MS },
  );

export const customerNotFound = (customerId: string) =>
  new DomainError("not-found", "CUSTOMER_NOT_FOUND", `There is no customer ${customerId}.`, {
    customerId,
  });

export const planNotFound = (planId: string) =>
  new DomainError("not-found", "PLAN_NOT_FOUND", `There is no plan ${planId}.`, { planId });

export const planVersionNotFound = (planId: string, version: number) =>
  new DomainError(
    "not-found",
    "PLAN_VERSION_NOT_FOUND",
    `The plan ${planId} has no version ${version}.`,
    { planId, version: String(version) },
  );

export const planNotPublished = (planId: string) =>
  new DomainError(
    "failed-precondition",
    "PLAN_NOT_PUBLISHED",
    "This plan was never published; publish its draft first.",
    { planId },
  );

export const planHasNoDraft = (planId: string) =>
  new DomainError(
    "failed-precondition",
    "PLAN_HAS_NO_DRAFT",
    "There is no draft to publish; change the plan first, which begins one.",
    { planId },
  );

export const planIsArchived = (planId: string) =>
  new DomainError(
    "failed-precondition",
    "PLAN_IS_ARCHIVED",
    "This plan was archived: nobody can be put on it any more.",
    { planId },
  );

export const subscriptionNotFound = (subscriptionId: string) =>
  new DomainError(
    "not-found",
    "SUBSCRIPTION_NOT_FOUND",
    `There is no subscription ${subscriptionId}.`,
    { subscriptionId },
  );

export const subscriptionEnded = (subscriptionId: string) =>
  new DomainError(
    "failed-precondition",
    "SUBSCRIPTION_ENDED",
    "This subscription has ended, or will; make a new one.",
    { subscriptionId },
  );

export const currencyChanges = (from: string, to: string) =>
  new DomainError(
    "failed-precondition",
    "CURRENCY_CHANGES",
    `A subscription in ${from} cannot move to a plan in ${to}; cancel it and make a new one.`,
    { from, to },
  );

export const invoiceNotFound = (invoiceId: string) =>
  new DomainError("not-found", "INVOICE_NOT_FOUND", `There is no invoice ${invoiceId}.`, {
    invoiceId,
  });

export const billingRunNotFound = (billingRunId: string) =>
  new DomainError(
    "not-found",
    "BILLING_RUN_NOT_FOUND",
    `There is no billing run ${billingRunId}.`,
    { billingRunId },
  );

export const notSeparable = (customerId: string) =>
  new DomainError(
    "failed-precondition",
    "USAGE_NOT_SEPARABLE",
    "This customer has several subscriptions; their running usage cannot be told apart yet.",
    { customerId },
  );
