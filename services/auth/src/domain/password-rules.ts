import type { Violations } from "@tollbook/domain";

/** NIST SP 800-63B: length is what matters; no rules about kinds of characters. */
const passwordLengthMin = 10;
/** Longer ones only cost hashing time. */
const passwordLengthMax = 256;

/** Notes a password that is too short or too long. */
export function checkPassword(faults: Violations, field: string, password: string): void {
  const length = [...password].length;
  if (length >= passwordLengthMin && length <= passwordLengthMax) return;
  const sentence = `Write ${passwordLengthMin} to ${passwordLengthMax} characters.`;
  faults.add(field, "PASSWORD_LENGTH", sentence);
}
