import { oneLine } from "../domain/mail/one-line.ts";
import type { SendOutcome } from "../domain/outcome.ts";

/** What nodemailer's errors carry, as far as it matters here. */
export interface SmtpFault {
  code?: string | undefined;
  /** The command that was answered: MAIL FROM, RCPT TO, DATA, AUTH …. */
  command?: string | undefined;
  /** The reply, as the mail server wrote it. */
  response?: string | undefined;
  responseCode?: number | undefined;
  /** True for 5xx except 503. */
  permanent?: boolean | undefined;
  message: string;
}

const answerLengthMax = 300;

/** Answers to these are about this message; all others are between the mail server and us. */
const messageCommands = new Set(["MAIL FROM", "RCPT TO", "DATA"]);

const away = "The mail server cannot be reached right now.";
const unusable = "The mail server cannot be used right now.";

/** The outcome of an attempt that the mail server answered with 250. */
export function takenBy(response: string): SendOutcome {
  return { kind: "taken", answer: oneLine(response, answerLengthMax) };
}

/** The outcome of an attempt that failed. Only a reply about this message gives it up. */
export function outcomeOf(fault: SmtpFault): SendOutcome {
  const { code, command = "", response = "", responseCode, permanent } = fault;
  if (responseCode !== undefined && messageCommands.has(command)) {
    const answer = oneLine(response, answerLengthMax);
    return { kind: permanent ? "refused" : "later", answer };
  }
  // Refused before it was sent: an address that this mail server cannot take at all.
  if (code === "EENVELOPE" && responseCode === undefined) {
    return { kind: "refused", answer: oneLine(fault.message, answerLengthMax) };
  }
  return { kind: "later", answer: isAway(fault) ? away : unusable };
}

/** Whether the fault says that the mail server is away or turns everybody off. */
export function isAway({ code, responseCode }: SmtpFault): boolean {
  return responseCode === 421 || (responseCode === undefined && code !== "EENVELOPE");
}

/** The outcome while the breaker is open: nothing was tried. */
export const notTried: SendOutcome = { kind: "away", answer: away };
