import type {
  CreateCustomerRequest,
  IssueKeysRequest,
  BillingDetails as ProtoBillingDetails,
  SignUpRequest,
  UpdateCustomerRequest,
} from "@tollbook/contracts/auth/v1";
import { invalidField, parseId } from "@tollbook/domain";
import type { SignUpWords } from "../domain/account.ts";
import type { BillingDetails, CustomerWords } from "../domain/customer.ts";
import type { KeyWords } from "../domain/key.ts";

export function fromProtoSignUp(request: SignUpRequest): SignUpWords {
  const { accountName, email, password, memberName } = request;
  return {
    accountName,
    email: email.trim(),
    password,
    memberName,
    timeZone: request.timeZone || "Asia/Kolkata",
    currency: request.currency || "INR",
    country: request.country || "IN",
  };
}

export function fromProtoCustomer(request: CreateCustomerRequest): CustomerWords {
  const { externalId, name, metadata } = request;
  const billing = fromProtoBilling(request.billing);
  return { externalId, name, email: request.email.trim(), billing, metadata };
}

/** The fields named by the mask; an empty mask means all that can change. */
export function fromProtoCustomerChanges(
  request: UpdateCustomerRequest,
): Partial<Omit<CustomerWords, "externalId">> {
  const { customer, updateMask } = request;
  if (!customer) throw invalidField("customer", "MISSING", "Write the customer's new values.");
  const every = {
    name: customer.name.trim(),
    email: customer.email.trim(),
    billing: fromProtoBilling(customer.billing),
    metadata: customer.metadata,
  };
  if (!updateMask || updateMask.length === 0) return every;
  const paths: ReadonlySet<string> = new Set(Object.keys(every));
  for (const path of updateMask) {
    if (paths.has(path)) continue;
    const sentence = `Only ${[...paths].join(", ")} can change.`;
    throw invalidField("update_mask", "FIELD_NOT_CHANGEABLE", sentence);
  }
  return Object.fromEntries(Object.entries(every).filter(([path]) => updateMask.includes(path)));
}

function fromProtoBilling(billing: ProtoBillingDetails | undefined): BillingDetails {
  return {
    legalName: billing?.legalName ?? "",
    addressLines: billing?.addressLines ?? [],
    city: billing?.city ?? "",
    postalCode: billing?.postalCode ?? "",
    state: billing?.state ?? "",
    country: billing?.country ?? "",
    taxNumber: billing?.taxNumber ?? "",
    email: billing?.email ?? "",
  };
}

export function fromProtoKeys(request: IssueKeysRequest): KeyWords {
  if (request.allowedCidrs.length > 0) {
    const sentence = "This version does not offer it; leave it empty.";
    throw invalidField("allowed_cidrs", "NOT_OFFERED", sentence);
  }
  return {
    customerId: parseId(request.customerId, "customer_id"),
    name: request.name.trim(),
    count: request.count,
    test: request.test,
    prefix: request.prefix,
    subscriptionId: optionalId(request.subscriptionId, "subscription_id"),
    scopes: request.scopes,
    metadata: request.metadata,
    limits: request.limits.map(({ limitId: _, ...words }) => words),
    expireTime: request.expireTime,
  };
}

/** An id, or undefined for none. */
export function optionalId(text: string, field: string): string | undefined {
  return text === "" ? undefined : parseId(text, field);
}

/** A SHA-256, or an "invalid" DomainError. */
export function fromProtoSha256(bytes: Uint8Array, field: string): Buffer {
  if (bytes.length === 32) return Buffer.from(bytes);
  throw invalidField(field, "SHA256_MALFORMED", "Write the 32 bytes of a SHA-256.");
}
