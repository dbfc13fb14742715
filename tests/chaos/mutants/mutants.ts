/** Where code is broken, and how. */
export interface Place {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The product broken on purpose: what chaos must be able to see. */
export interface Mutant {
  readonly name: string;
  /** What the broken product no longer does. */
  readonly breaks: string;
  /** Findings that the mistake explains. Others may be the machine's fault, and prove nothing. */
  readonly shows: readonly string[];
  /** All ways that usage takes through the code are broken, or the whole one would hide the other. */
  readonly places: readonly Place[];
}

const seenEvents = "services/metering/src/storage/seen-events.ts";
const recordUsage = "services/metering/src/app/record-usage.ts";

/** A transaction that counts batches: the new ones in one trip, or any step by step. */
function counting(count: string): string {
  return `storage.inAccount(accountId, (store) => ${count}(store, batches, times));`;
}

function acknowledgedEarly(count: string): string {
  return `return await new Promise((acknowledge, refuse) => {
        const work = async (store: Store) => {
          acknowledge(await ${count}(store, batches, times));
          await new Promise((resolve) => setTimeout(resolve, 30));
        };
        storage.inAccount(accountId, work).catch(refuse);
      });`;
}

/**
 * The five mistakes that the design is made against. Where a mistake shows only if something fails
 * within a moment, the moment is stretched, so that a run of half a minute meets it.
 */
export const mutants: readonly Mutant[] = [
  {
    name: "no-dedupe",
    breaks: "An event that comes again in another batch is counted again.",
    shows: ["customers have more calls than were made", "sums of metering do not agree"],
    places: [
      {
        file: seenEvents,
        find: "if (events.length === 0) return true;",
        replace: "return true;",
      },
      {
        file: seenEvents,
        find: "return { complete, eventIds: new Set(before), released };",
        replace: "return NOTHING;",
      },
    ],
  },
  {
    name: "acknowledge-before-commit",
    breaks: "A receipt is given, and the commit follows 30 ms later, if it can.",
    shows: [
      "acknowledged events are not counted",
      "acknowledged batches are not there",
      "customers have fewer calls than were acknowledged",
    ],
    places: [
      {
        file: recordUsage,
        find: `return await ${counting("countNewBatches")}`,
        replace: acknowledgedEarly("countNewBatches"),
      },
      {
        file: recordUsage,
        find: `return ${counting("countBatches")}`,
        replace: acknowledgedEarly("countBatches"),
      },
    ],
  },
  {
    name: "release-on-a-claim",
    breaks: "What a gate says it has spent is room again before the items were counted.",
    shows: ["gates let more through than a hard limit allows", "counters are over a hard limit"],
    places: [
      {
        file: "services/metering/src/app/lease-desk.ts",
        find: "withReturned(lease, known?.returnedTotal ?? 0n)",
        replace: "withReturned(lease, (known?.grantedTotal ?? 0n) - (known?.unspent ?? 0n))",
      },
    ],
  },
  {
    name: "expire-leases-early",
    breaks: "Leases are taken for expired although their gates may still spend them.",
    shows: [
      "gates let more through than a hard limit allows",
      "counters are over a hard limit",
      "leases were stranded before their time was over",
    ],
    places: [
      {
        file: "services/metering/src/storage/quotas.ts",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in that file
        find: "expire_time <= now() and ${UNITS_OUT}",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
        replace: "expire_time <= now() + interval '1 minute' and ${UNITS_OUT}",
      },
    ],
  },
  {
    name: "outbox-before-commit",
    breaks:
      "Facts are in the outbox 100 ms before what makes them true is committed, if it can be.",
    shows: ["thresholds were told that are not noted", "thresholds were told more than once"],
    places: [
      {
        file: "packages/service/src/storage/transaction.ts",
        find: "if (this.announced) await this.#options.writeOutbox?.(this, this.#events);",
        replace: `if (this.announced) {
      const write = async (tx: Tx) => this.#options.writeOutbox?.(tx, this.#events);
      await openScope.exit(() => runTransaction(this.#options, write));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }`,
      },
    ],
  },
];
