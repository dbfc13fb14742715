import type { QuotaAlert } from "../alert.ts";
import type { Letter } from "../delivery.ts";
import type { Links, MailContent } from "./content.ts";
import { type QuotaWords, quotaWords } from "./quota-words.ts";

/** To an owner: a customer has used up a limit. */
export function quotaExhausted(letter: Letter, alert: QuotaAlert, links: Links): MailContent {
  const words = quotaWords(letter, alert, links);
  const headline = `${words.customer} has used up its ${words.limitName}`;
  return {
    subject: `${headline}: ${whatIs(words)}`,
    preview: `${words.usedOfLimit} used. ${whatToDo(words)}`,
    tone: words.hard ? "trouble" : "attention",
    sender: letter.account.name,
    headline,
    bar: { percent: words.percent },
    paragraphs: [...paragraphsOf(words), whatToDo(words)],
    facts: words.facts,
    action: words.action,
    foot: words.foot,
  };
}

function whatIs({ hard, reset }: QuotaWords): string {
  const until = reset ? ` until ${reset}` : "";
  return hard ? `further calls are refused${until}` : `further calls are charged${until}`;
}

/** A limit may be used up before it is all counted: the rest is held, or too little for a call. */
function paragraphsOf(words: QuotaWords): string[] {
  const { usedOfLimit, left, percent } = words;
  const said = `${usedOfLimit} are used. ${capital(whatIs(words))}.`;
  if (percent >= 100n) return [said];
  const rest = `The last ${left} are held for calls under way, or are too few for another call.`;
  return [said, rest];
}

function whatToDo({ hard, customer }: QuotaWords): string {
  return hard
    ? `To let ${customer} go on sooner, give it a plan with a higher limit.`
    : `Nothing is turned away: what ${customer} uses from here on goes on its invoice.`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
