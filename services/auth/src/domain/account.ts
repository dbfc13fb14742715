import { isCurrency, isTimeZone, Violations } from "@tollbook/domain";
import { checkPassword } from "./password-rules.ts";
import { checkEmail, checkText } from "./text-fields.ts";

/** The API owner's workspace. */
export interface Account {
  accountId: string;
  name: string;
  timeZone: string;
  currency: string;
  country: string;
  suspended: boolean;
  defaultFailureMode: "closed" | "open";
  version: bigint;
  createTime: Date;
}

/** What somebody says who opens an account. */
export interface SignUpWords {
  accountName: string;
  email: string;
  password: string;
  memberName: string;
  timeZone: string;
  currency: string;
  country: string;
}

/** Refuses words an account cannot be opened with, with everything that is wrong at once. */
export function checkSignUp(words: SignUpWords): void {
  const faults = new Violations();
  checkText(faults, "account_name", words.accountName, { min: 1, max: 100 });
  checkEmail(faults, "email", words.email);
  checkPassword(faults, "password", words.password);
  checkText(faults, "member_name", words.memberName, { min: 0, max: 100 });
  if (!isTimeZone(words.timeZone)) {
    const sentence = "Write an IANA time zone, such as Asia/Kolkata.";
    faults.add("time_zone", "TIME_ZONE_UNKNOWN", sentence);
  }
  if (!isCurrency(words.currency)) {
    faults.add("currency", "CURRENCY_UNKNOWN", "Write an ISO 4217 code, such as INR.");
  }
  if (!/^[A-Z]{2}$/.test(words.country)) {
    faults.add("country", "COUNTRY_MALFORMED", "Write two capitals (ISO 3166-1), such as IN.");
  }
  faults.throwIfAny("SIGN_UP_INVALID");
}
