import type { Violations } from "@tollbook/domain";
import { checkText } from "./text-fields.ts";

/** The account's own labels of a customer or key. */
export type Labels = Record<string, string>;

/** Labels travel with every key record to every gate. */
const labelsMax = 16;
const labelNameMax = 64;
const labelValueMax = 256;

/** Notes labels that are too many or too long. */
export function checkLabels(faults: Violations, field: string, labels: Labels): void {
  const entries = Object.entries(labels);
  if (entries.length > labelsMax) {
    faults.add(field, "TOO_MANY", `Write at most ${labelsMax} labels.`);
    return;
  }
  for (const [name, value] of entries) {
    checkText(faults, `${field}.${name.slice(0, labelNameMax)}`, name, {
      min: 1,
      max: labelNameMax,
    });
    checkText(faults, `${field}.${name.slice(0, labelNameMax)}`, value, {
      min: 0,
      max: labelValueMax,
    });
  }
}
