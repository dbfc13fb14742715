import type { QuotaAlert } from "../alert.ts";
import type { Letter } from "../delivery.ts";
import type { Fact, Links } from "./content.ts";
import { moment } from "./dates.ts";
import { count, percentUsed } from "./figures.ts";
import { oneLine } from "./one-line.ts";

/** What both e-mails about limits speak of, ready to be put into sentences. */
export interface QuotaWords {
  customer: string;
  /** The limit's name, as its owner chose it: "monthly calls". */
  limitName: string;
  /** 800 of 1,000 */
  usedOfLimit: string;
  /** 200; nothing below zero. */
  left: string;
  percent: bigint;
  /** 1 December 2026, 00:00 IST; absent if the limit never resets. */
  reset?: string;
  hard: boolean;
  facts: readonly Fact[];
  action: { label: string; url: string };
  foot: string;
}

/** Longer names of limits are not allowed; this is a bound for what was not checked. */
const limitNameLengthMax = 60;

/** Words for a quota alert, in the account's own zone and grouping of figures. */
export function quotaWords(letter: Letter, alert: QuotaAlert, links: Links): QuotaWords {
  const { account } = letter;
  const customer = oneLine(letter.customerName) || "A customer";
  const figure = (text: string) => count(text, account.currency);
  const room = BigInt(alert.limit) - BigInt(alert.used);
  const words = {
    customer,
    limitName: oneLine(alert.limitName, limitNameLengthMax) || "limit",
    usedOfLimit: `${figure(alert.used)} of ${figure(alert.limit)}`,
    left: figure(`${room > 0n ? room : 0n}`),
    percent: percentUsed(alert.used, alert.limit),
    ...resetOf(alert, account.timeZone),
    hard: alert.enforcement === "hard",
  };
  const name = oneLine(account.name);
  return {
    ...words,
    facts: factsOf(letter, alert, words),
    action: { label: `Open ${name} in Tollbook`, url: `${links.publicUrl}/` },
    foot:
      `You get this because you own ${name} on Tollbook. Owners hear when a customer has used ` +
      "80 % of a limit, and when the limit is used up: once each time it resets.",
  };
}

function resetOf({ resetTime }: QuotaAlert, timeZone: string): { reset?: string } {
  return resetTime === undefined ? {} : { reset: moment(new Date(resetTime), timeZone) };
}

type Words = Omit<QuotaWords, "facts" | "action" | "foot">;

function factsOf(letter: Letter, alert: QuotaAlert, words: Words): Fact[] {
  const { windowStartTime } = alert;
  const since = windowStartTime && moment(new Date(windowStartTime), letter.account.timeZone);
  const externalId = oneLine(letter.customerExternalId);
  const facts: (Fact | false | undefined)[] = [
    ["Customer", words.customer],
    externalId !== "" && ["Your id for it", externalId],
    ["Limit", words.limitName],
    ["Used", `${words.usedOfLimit} (${words.percent} %)`],
    ["Reached", moment(new Date(letter.occurredTime), letter.account.timeZone)],
    since ? ["Counted since", since] : ["Counted", "from the beginning; it never resets"],
    words.reset ? ["Resets", words.reset] : undefined,
    ["When used up", words.hard ? "calls are refused" : "calls go on and are charged"],
  ];
  return facts.filter((fact): fact is Fact => Boolean(fact));
}
