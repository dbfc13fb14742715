import { Violations } from "@tollbook/domain";
import { type BillingProfile, SERIES_DEFAULT } from "./billing-profile.ts";
import { parseLine, parseName } from "./parse-name.ts";
import type { Party } from "./party.ts";

const NAME_LENGTH_MAX = 200;
const ADDRESS_LINES_MAX = 6;
const LINE_LENGTH_MAX = 100;
const FOOTER_LENGTH_MAX = 300;
const DUE_DAYS_MAX = 180;

/** India's e-invoice portal takes no number that begins with 0. */
const SERIES = /^[A-Z1-9][A-Z0-9]{0,2}$/;
const SAC = /^\d{6}$/;
const COUNTRY = /^[A-Z]{2}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;

/** A profile that invoices can be made with, or one "invalid" DomainError naming every fault. */
export function checkProfile(profile: BillingProfile): BillingProfile {
  const faults = new Violations();
  const field = "billing_profile";
  const supplier = checkSupplier(profile.supplier, `${field}.supplier`, faults);
  const invoiceSeries = profile.invoiceSeries || SERIES_DEFAULT;
  if (!SERIES.test(invoiceSeries)) {
    const sentence = "1 to 3 capitals or digits, the first of them not 0, such as INV.";
    faults.add(`${field}.invoice_series`, "SERIES_MALFORMED", sentence);
  }
  if (profile.dueDays > DUE_DAYS_MAX) {
    faults.add(`${field}.due_days`, "DUE_DAYS_OUT_OF_RANGE", `0 to ${DUE_DAYS_MAX} days.`);
  }
  if (!SAC.test(profile.sac)) {
    const sentence = "A service accounting code has six digits, such as 998315.";
    faults.add(`${field}.sac`, "SAC_MALFORMED", sentence);
  }
  if (profile.upiAddress !== "") {
    const sentence = "UPI codes on invoices are not offered yet; leave this empty.";
    faults.add(`${field}.upi_address`, "NOT_OFFERED", sentence);
  }
  const footer = parseLine(profile.footer, `${field}.footer`, FOOTER_LENGTH_MAX, faults);
  faults.throwIfAny();
  return { ...profile, supplier, invoiceSeries, footer };
}

function checkSupplier(supplier: Party, field: string, faults: Violations): Party {
  const { country, email } = supplier;
  const name = parseName(supplier.name, `${field}.name`, NAME_LENGTH_MAX, faults);
  if (supplier.addressLines.length > ADDRESS_LINES_MAX) {
    const sentence = `At most ${ADDRESS_LINES_MAX} lines.`;
    faults.add(`${field}.address_lines`, "TOO_LONG", sentence);
  }
  const addressLines = supplier.addressLines.slice(0, ADDRESS_LINES_MAX).map((line, index) => {
    return parseLine(line, `${field}.address_lines[${index}]`, LINE_LENGTH_MAX, faults);
  });
  const state = parseLine(supplier.state, `${field}.state`, LINE_LENGTH_MAX, faults);
  if (country !== "" && !COUNTRY.test(country)) {
    const sentence = "Write the two letters of ISO 3166, such as IN.";
    faults.add(`${field}.country`, "COUNTRY_MALFORMED", sentence);
  }
  if (email !== "" && !EMAIL.test(email)) {
    faults.add(`${field}.email`, "EMAIL_MALFORMED", "Write an e-mail address.");
  }
  if (supplier.taxNumber !== "") {
    // An invoice of a registered supplier without its tax would be unlawful: better none.
    const sentence = "Tax is not computed yet, so a supplier with a tax number cannot bill here.";
    faults.add(`${field}.tax_number`, "NOT_OFFERED", sentence);
  }
  return { ...supplier, name, addressLines: addressLines.filter((line) => line !== ""), state };
}
