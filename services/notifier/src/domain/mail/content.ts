/** What an e-mail says, once: its HTML and its plain text are both made from this. */
export interface MailContent {
  /** The subject line; says it all by itself. */
  subject: string;
  /** What a mailbox shows beside the subject. */
  preview: string;
  tone: Tone;
  /** A few words above the headline: whose mail this is. */
  sender: string;
  headline: string;
  /** How much of a limit is used, drawn as a bar; percent may pass 100. */
  bar?: { percent: bigint };
  paragraphs: readonly string[];
  facts: readonly Fact[];
  action?: { label: string; url: string };
  /** Why the reader gets this. */
  foot: string;
}

/** A label and its value. */
export type Fact = readonly [label: string, value: string];

/** How serious it is: attention, trouble, business as usual. */
export type Tone = "attention" | "trouble" | "plain";

/** A rendered e-mail. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/** Where a reader's buttons lead. */
export interface Links {
  /** The dashboard's origin, without a slash at its end. */
  publicUrl: string;
}
