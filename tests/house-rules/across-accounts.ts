import type { AcrossAccounts } from "./tables.ts";

const ofEvents = [
  "dead_letter",
  "event_cursor",
  "inbox",
  "outbox",
  "outbox_epoch",
  "outbox_number",
];
const noAccount = {};

/**
 * The only looks across accounts there are. Relay, feed, consumers, schedulers and partitions work
 * as `worker`; what must be found before an account is known is found by functions of `lookup`.
 */
export const acrossAccounts: Readonly<Record<string, AcrossAccounts>> = {
  auth: { noAccount, worker: ofEvents, lookup: [] },
  metering: { noAccount, worker: ofEvents, lookup: [] },
  billing: { noAccount, worker: ofEvents, lookup: [] },
  notifier: { noAccount, worker: ofEvents, lookup: [] },
};
