type Tone = "good" | "warn" | "danger" | "plain";

/** A state in a word. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const words: Readonly<Record<string, readonly [string, Tone]>> = {
  STANDING_GOOD: ["Good", "good"],
  STANDING_SUSPENDED: ["Suspended", "danger"],
  STANDING_UNPAID: ["Unpaid", "danger"],
  KEY_STATE_ACTIVE: ["Active", "good"],
  KEY_STATE_DISABLED: ["Off", "warn"],
  KEY_STATE_REVOKED: ["Revoked", "plain"],
  SUBSCRIPTION_STATE_ACTIVE: ["Active", "good"],
  SUBSCRIPTION_STATE_PAUSED: ["Paused", "warn"],
  SUBSCRIPTION_STATE_ENDED: ["Ended", "plain"],
  INVOICE_STATE_DRAFT: ["Draft", "plain"],
  INVOICE_STATE_FINALIZED: ["Owed", "warn"],
  INVOICE_STATE_PAID: ["Paid", "good"],
  INVOICE_STATE_VOID: ["Void", "plain"],
  INVOICE_STATE_UNCOLLECTIBLE: ["Given up", "danger"],
};

/** A state of the API in words for people; one we do not know is shown as it is. */
export function StateBadge({ state }: { state: string }) {
  const [word, tone] = words[state] ?? [state, "plain"];
  return <Badge tone={tone}>{word}</Badge>;
}
