import { Violations } from "@tollbook/domain";
import { checkLabels, type Labels } from "./labels.ts";
import { checkEmail, checkText } from "./text-fields.ts";

/** Where a customer is billed, and what tax needs to know. Empty means not said. */
export interface BillingDetails {
  legalName: string;
  addressLines: string[];
  city: string;
  postalCode: string;
  /** In India the two-digit GST code. */
  state: string;
  country: string;
  taxNumber: string;
  email: string;
}

export type Standing = "good" | "suspended" | "unpaid";

/** Somebody who calls the account's API. */
export interface Customer {
  customerId: string;
  externalId: string;
  name: string;
  email: string;
  billing: BillingDetails;
  metadata: Labels;
  standing: Standing;
  version: bigint;
  createTime: Date;
}

/** What the account says of a new customer. */
export type CustomerWords = Pick<
  Customer,
  "externalId" | "name" | "email" | "billing" | "metadata"
>;

const addressLinesMax = 6;

/** Refuses words that no invoice or mail could carry, with everything that is wrong at once. */
export function checkCustomer(words: CustomerWords, fieldPrefix = ""): void {
  const faults = new Violations();
  const field = (name: string) => `${fieldPrefix}${name}`;
  checkText(faults, field("external_id"), words.externalId, { min: 0, max: 100 });
  checkText(faults, field("name"), words.name, { min: 1, max: 200 });
  if (words.email !== "") checkEmail(faults, field("email"), words.email);
  checkBilling(faults, field("billing"), words.billing);
  checkLabels(faults, field("metadata"), words.metadata);
  faults.throwIfAny("CUSTOMER_INVALID");
}

function checkBilling(faults: Violations, field: string, billing: BillingDetails): void {
  const { legalName, addressLines, city, postalCode, state, country, taxNumber, email } = billing;
  checkText(faults, `${field}.legal_name`, legalName, { min: 0, max: 200 });
  checkText(faults, `${field}.city`, city, { min: 0, max: 100 });
  checkText(faults, `${field}.postal_code`, postalCode, { min: 0, max: 20 });
  checkText(faults, `${field}.state`, state, { min: 0, max: 40 });
  checkText(faults, `${field}.tax_number`, taxNumber, { min: 0, max: 40 });
  if (email !== "") checkEmail(faults, `${field}.email`, email);
  if (country !== "" && !/^[A-Z]{2}$/.test(country)) {
    const sentence = "Write two capitals (ISO 3166-1), such as IN.";
    faults.add(`${field}.country`, "COUNTRY_MALFORMED", sentence);
  }
  if (addressLines.length > addressLinesMax) {
    const sentence = `Write at most ${addressLinesMax} lines.`;
    faults.add(`${field}.address_lines`, "TOO_MANY", sentence);
  }
  for (const [index, line] of addressLines.entries()) {
    checkText(faults, `${field}.address_lines[${index}]`, line, { min: 0, max: 200 });
  }
}
