/** One place of the product broken on purpose: what chaos must be able to see. */
export interface Mutant {
  readonly name: string;
  /** What the broken product no longer does. */
  readonly breaks: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * The five mistakes that the design is made against. Where a mistake shows only if something fails
 * within a moment, the moment is stretched, so that a run of half a minute meets it.
 */
export const mutants: readonly Mutant[] = [
  {
    name: "no-dedupe",
    breaks: "An event that comes again in another batch is counted again.",
    file: "services/metering/src/storage/seen-events.ts",
    find: "return { complete, eventIds: new Set(before), released };",
    replace: "return NOTHING;",
  },
  {
    name: "acknowledge-before-commit",
    breaks: "A receipt is given, and the commit follows 30 ms later, if it can.",
    file: "services/metering/src/app/record-usage.ts",
    find: "return storage.inAccount(accountId, (store) => countBatches(store, batches, times));",
    replace: `return new Promise((acknowledge, refuse) => {
        const work = async (store: Store) => {
          acknowledge(await countBatches(store, batches, times));
          await new Promise((resolve) => setTimeout(resolve, 30));
        };
        storage.inAccount(accountId, work).catch(refuse);
      });`,
  },
  {
    name: "release-on-a-claim",
    breaks: "What a gate says it has spent is room again before the items were counted.",
    file: "services/metering/src/app/lease-desk.ts",
    find: "withReturned(lease, known?.returnedTotal ?? 0n)",
    replace: "withReturned(lease, (known?.grantedTotal ?? 0n) - (known?.unspent ?? 0n))",
  },
  {
    name: "expire-leases-early",
    breaks: "Leases are taken for expired although their gates may still spend them.",
    file: "services/metering/src/storage/quotas.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in that file
    find: "expire_time <= now() and ${UNITS_OUT}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
    replace: "expire_time <= now() + interval '1 minute' and ${UNITS_OUT}",
  },
  {
    name: "outbox-before-commit",
    breaks: "Facts are in the outbox 30 ms before what makes them true is committed, if it can be.",
    file: "packages/service/src/storage/transaction.ts",
    find: "if (this.announced) await this.#options.writeOutbox?.(this, this.#events);",
    replace: `if (this.announced) {
      const write = async (tx: Tx) => this.#options.writeOutbox?.(tx, this.#events);
      await openScope.exit(() => runTransaction(this.#options, write));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }`,
  },
];
