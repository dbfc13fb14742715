import { invalidField } from "./domain-error.ts";

/** IANA has about 600 names; the bound is for what callers may send in odd spellings. */
const ANSWERS_MAX = 2_048;

const answers = new Map<string, boolean>();

/** Longer text is no zone; the longest IANA name has 30-odd characters. */
const NAME_LENGTH_MAX = 64;

/** Names begin with a letter; Intl would also take bare offsets such as "+05:30". */
const ZONE_NAME = /^[A-Za-z]/;

/** Whether this is an IANA zone the platform knows: "Asia/Kolkata", "UTC". Not "+05:30". */
export function isTimeZone(zone: string): boolean {
  if (zone.length > NAME_LENGTH_MAX) return false;
  const known = answers.get(zone);
  if (known !== undefined) return known;
  const answer = ask(zone);
  if (answers.size >= ANSWERS_MAX) answers.clear();
  answers.set(zone, answer);
  return answer;
}

/** The zone itself, or an "invalid" DomainError with reason TIME_ZONE_UNKNOWN. */
export function parseTimeZone(zone: string, field = "time_zone"): string {
  if (isTimeZone(zone)) return zone;
  throw invalidField(field, "TIME_ZONE_UNKNOWN", "Write an IANA time zone such as Asia/Kolkata.");
}

function ask(zone: string): boolean {
  if (!ZONE_NAME.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
