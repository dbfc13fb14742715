import type { Violations } from "@tollbook/domain";

/** RFC 5321: no longer address can be delivered. */
const emailLengthMax = 254;
/** One @, a host with a dot, no space or control: what is worth sending a mail to. */
const emailShape = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
/** Control characters would break a line of a mail's head, a log or an invoice. */
const controlCharacter = /\p{Cc}/u;

/** Notes a text that is too short, too long or has control characters. Lengths in characters. */
export function checkText(
  faults: Violations,
  field: string,
  text: string,
  { min, max }: { min: number; max: number },
): void {
  const length = [...text.trim()].length;
  if (length < min || length > max) {
    const range = min === 0 ? `at most ${max}` : `${min} to ${max}`;
    faults.add(field, length < min ? "MISSING" : "TOO_LONG", `Write ${range} characters.`);
  }
  if (controlCharacter.test(text)) {
    faults.add(field, "CONTROL_CHARACTER", "Leave out line breaks and control characters.");
  }
}

/** Notes a text that is no e-mail address. */
export function checkEmail(faults: Violations, field: string, email: string): void {
  if (email.length <= emailLengthMax && emailShape.test(email)) return;
  const sentence = "Write an e-mail address, such as asha@weathernow.example.";
  faults.add(field, "EMAIL_MALFORMED", sentence);
}
