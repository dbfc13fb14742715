import type { AcrossAccounts } from "./tables.ts";

/** Tables that belong to no account, in every service. */
const noAccount = {
  applied_migration: "the database's own history; granted to nobody",
  event_cursor: "how far this service has read each producer's feed, over all accounts",
  outbox_epoch: "one row: which life of this database its transaction ids belong to",
};

/** Relay, feed, consumers and clean-up go through the accounts of every service. */
const ofEvents = {
  outbox: "the relay publishes and the feed gives out what all accounts tell",
  outbox_number: "a service may tell a fact on behalf of an account while it works for all",
  outbox_epoch: "read with the outbox",
  inbox: "heard ids go after 40 days",
  dead_letter: "somebody looks at what could not be heard, whoever's it is",
  event_cursor: "kept by the consumer",
};
const ofRequests = { answered_request: "remembered answers go after their time" };

/**
 * The only looks across accounts there are, each with its reason. Schedulers, relay and clean-up
 * work as `worker`; what must be found before an account is known, functions of `lookup` find.
 */
export const acrossAccounts: Readonly<Record<string, AcrossAccounts>> = {
  auth: {
    noAccount,
    worker: { ...ofEvents, ...ofRequests, refresh_token: "expired ones are removed" },
    lookup: {
      member: "a person signs in by e-mail address alone",
      refresh_token: "a session is refreshed by its token alone",
      root_key: "a root key is resolved by its hash alone",
    },
  },
  metering: {
    noAccount,
    worker: {
      ...ofEvents,
      ...ofRequests,
      account: "schedulers ask which accounts there are, and work in each",
      account_fence: "the folder finds accounts whose days are not all made",
      usage_notice: "who looks for what is unusual finds accounts with hours not looked at",
      billing_period: "months of rollups stay while a period that they are in is not sealed",
      corrected_cell: "marks of usage taken back too long ago to be taken back again are removed",
      corrected_event: "as with cells",
      counter: "counters of windows long past are removed",
      dropped_sum: "what retention drops is summed before, for all accounts at once",
      lease: "expired leases are found, and when to look again is noted; they go with their window",
      rate_bucket: "buckets nobody took from in weeks are full, and are removed",
      rate_share: "shares of gates long gone are removed",
      reconciliation: "the reconciler asks whose proof is oldest",
      rollup: "months past their time are summed before they go",
      threshold_crossed: "goes with its counter",
      usage_batch: "weeks past their time are summed before they go",
    },
    lookup: {},
  },
  billing: {
    noAccount,
    worker: {
      ...ofEvents,
      ...ofRequests,
      subscription: "the scheduler asks which accounts have periods to make",
      billing_period: "the scheduler asks which accounts have periods to bill",
    },
    lookup: {},
  },
  notifier: {
    noAccount,
    worker: {
      ...ofEvents,
      ...ofRequests,
      delivery: "what is due is claimed over all accounts, and goes after its time",
      unaddressed_alert: "is tried again when an address comes, and goes after its time",
    },
    lookup: {},
  },
};
