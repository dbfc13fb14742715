import { AsyncLocalStorage } from "node:async_hooks";

/** How work of one account is done together. */
export interface Grouping<Job, Answer> {
  /** Does jobs in one transaction; gives each its answer, or the error that is its own. */
  run(accountId: string, jobs: readonly Job[]): Promise<ReadonlyMap<Job, Answer | Error>>;
  /** Jobs of the same name never go together. */
  nameOf(job: Job): string;
  sizeOf(job: Job): number;
  /** A group takes no more jobs past this size; a bigger job goes alone. */
  sizeMax: number;
  /**
   * How many groups are begun at once. While some are written the next is gathered: with more,
   * groups are small and cost more each; with fewer, nobody works while they wait for answers.
   */
  briskMax: number;
  /** Whether a failure is that of the whole group, and not perhaps of one job in it. */
  isOfAll(error: unknown): boolean;
}

/** A group that takes longer is large, or waits for a lock or a disk: others need not wait too. */
const BRISK_MS = 15;
const GROUPS_MAX = 6;

interface Waiting<Job, Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane<Job, Answer> {
  readonly accountId: string;
  waiting: Waiting<Job, Answer>[];
  isRunning: boolean;
}

/**
 * Does jobs of one account together, one group after the other, which would only wait for the same
 * rows: who comes while others are being committed shares the next commit. Nobody waits for
 * company: the first comer goes at once if few groups are being written.
 */
export class GroupedWork<Job, Answer> {
  readonly #grouping: Grouping<Job, Answer>;
  readonly #lanes = new Map<string, Lane<Job, Answer>>();
  /** A group belongs to no call: neither its deadline nor its trace holds for the others. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #running = 0;
  #brisk = 0;

  constructor(grouping: Grouping<Job, Answer>) {
    this.#grouping = grouping;
  }

  do(accountId: string, job: Job): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const lane = this.#lanes.get(accountId) ?? { accountId, waiting: [], isRunning: false };
    if (lane.waiting.length === 0) this.#toTheEnd(lane);
    lane.waiting.push({ job, resolve, reject });
    this.#next();
    return promise;
  }

  /** Accounts take turns: one that got a group goes to the end of the line. */
  #next(): void {
    for (const lane of [...this.#lanes.values()]) {
      if (this.#running >= GROUPS_MAX || this.#brisk >= this.#grouping.briskMax) return;
      if (lane.isRunning || lane.waiting.length === 0) continue;
      this.#toTheEnd(lane);
      this.#start(lane);
    }
  }

  #toTheEnd(lane: Lane<Job, Answer>): void {
    this.#lanes.delete(lane.accountId);
    this.#lanes.set(lane.accountId, lane);
  }

  #start(lane: Lane<Job, Answer>): void {
    const group = this.#take(lane);
    lane.isRunning = true;
    this.#running += 1;
    const slow = this.#briskly();
    const run = () => this.#run(lane.accountId, group);
    void this.#outside(run).finally(() => {
      lane.isRunning = false;
      this.#running -= 1;
      slow();
      if (lane.waiting.length === 0) this.#lanes.delete(lane.accountId);
      this.#next();
    });
  }

  /** One more that may end soon; what is returned ends that, as does time. */
  #briskly(): () => void {
    this.#brisk += 1;
    const slow = () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      this.#brisk -= 1;
    };
    let timer: NodeJS.Timeout | undefined = setTimeout(() => {
      slow();
      this.#next();
    }, BRISK_MS);
    return slow;
  }

  #take(lane: Lane<Job, Answer>): Waiting<Job, Answer>[] {
    const { nameOf, sizeOf, sizeMax } = this.#grouping;
    const names = new Set<string>();
    const group: Waiting<Job, Answer>[] = [];
    const rest: Waiting<Job, Answer>[] = [];
    let size = 0;
    for (const one of lane.waiting) {
      const grown = size + sizeOf(one.job);
      const name = nameOf(one.job);
      const fits = rest.length === 0 && (group.length === 0 || grown <= sizeMax);
      if (fits && !names.has(name)) {
        names.add(name);
        group.push(one);
        size = grown;
      } else rest.push(one);
    }
    lane.waiting = rest;
    return group;
  }

  async #run(accountId: string, group: readonly Waiting<Job, Answer>[]): Promise<void> {
    try {
      const jobs = group.map(({ job }) => job);
      const answers = await this.#grouping.run(accountId, jobs);
      for (const { job, resolve, reject } of group) {
        const answer = answers.get(job);
        if (answer === undefined) reject(new Error("a job of a group got no answer"));
        else if (answer instanceof Error) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      if (group.length === 1 || this.#grouping.isOfAll(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One of them cannot be done: it is found by halves, and the others are done without it.
      const middle = Math.ceil(group.length / 2);
      await this.#run(accountId, group.slice(0, middle));
      await this.#run(accountId, group.slice(middle));
    }
  }
}
