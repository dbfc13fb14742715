import type { QuotaAlert } from "../alert.ts";
import type { Letter } from "../delivery.ts";
import type { Links, MailContent } from "./content.ts";
import { type QuotaWords, quotaWords } from "./quota-words.ts";

/** To an owner: a customer nears a limit. */
export function quotaThreshold(letter: Letter, alert: QuotaAlert, links: Links): MailContent {
  const words = quotaWords(letter, alert, links);
  const headline = `${words.customer} has ${reached(alert, words)} of its ${words.limitName}`;
  return {
    subject: `${headline} (${words.usedOfLimit})`,
    preview: `${words.left} left. ${whatComes(words)}`,
    tone: "attention",
    sender: letter.account.name,
    headline,
    bar: { percent: words.percent },
    paragraphs: [`${words.usedOfLimit} are used, ${words.left} are left. ${whatComes(words)}`],
    facts: words.facts,
    action: words.action,
    foot: words.foot,
  };
}

/** People set the threshold and look for it; how far beyond it is stands behind, in figures. */
function reached({ percent }: QuotaAlert, words: QuotaWords): string {
  return words.percent === BigInt(percent) ? `used ${percent} %` : `passed ${percent} %`;
}

function whatComes({ hard, reset }: QuotaWords): string {
  const until = reset ? ` until ${reset}` : "";
  return hard
    ? `Once they are used up, further calls are refused${until}.`
    : `Once they are used up, calls go on and are charged${until}.`;
}
