import type { GateEnvironment } from "./gate-environment.ts";
import type { Lease } from "./lease.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { ShareReturn } from "./lease-protocol.ts";
import { Trouble } from "./trouble.ts";

/** Leases in one release. */
const RETURNS_MAX = 1_000;
/** Each round may show grants whose reply was lost; they go back in the next. */
const FINAL_ROUNDS_MAX = 4;

/** What is told in one release. */
interface Returned {
  readonly leases: readonly Lease[];
  readonly shares: readonly ShareReturn[];
}

/** Tells metering what leases gave back. Asks for leases tell it too: both are cumulative. */
export class ReturnDesk {
  readonly #environment: GateEnvironment;
  readonly #trouble: Trouble;
  #busy = false;

  constructor(environment: GateEnvironment) {
    this.#environment = environment;
    this.#trouble = new Trouble(environment.random);
  }

  /** Reports returns that metering has not heard of, one release at a time. */
  report(book: LeaseBook, now: number): void {
    if (this.#busy || !this.#trouble.mayTry(now)) return;
    const leases = book.unreported().slice(0, RETURNS_MAX);
    const shares = book.shares.giveBack(now);
    if (leases.length + shares.length === 0) return;
    this.#busy = true;
    void this.#release(book, { leases, shares }, false).finally(() => {
      this.#busy = false;
    });
  }

  /** Gives back all a book holds, for good: its gate id asks no more. Rejects on no account. */
  async finish(book: LeaseBook): Promise<void> {
    const now = this.#environment.elapsed.now();
    let leases = book.close(now);
    const shares = book.shares.giveBack(now, true);
    for (let round = 0; round < FINAL_ROUNDS_MAX; round += 1) {
      for (let from = 0; from < leases.length || shares.length > 0; from += RETURNS_MAX) {
        const some = leases.slice(from, from + RETURNS_MAX);
        await this.#release(book, { leases: some, shares: shares.splice(0, RETURNS_MAX) }, true);
      }
      leases = book.unreported();
      if (leases.length === 0) return;
    }
  }

  /** A share whose return is lost ends by itself within two seconds: it is not told again. */
  async #release(book: LeaseBook, { leases, shares }: Returned, final: boolean): Promise<void> {
    const { elapsed, ports, observer } = this.#environment;
    const sentAt = elapsed.now();
    const returns = leases.map(({ counterId, returnedTotal }) => {
      return { counterId, returnedTotal, final };
    });
    try {
      const release = { gateId: book.gateId, returns, shareReturns: shares };
      const states = await ports.releaseLeases(release);
      returns.forEach(({ returnedTotal }, at) => {
        leases[at]?.reported(returnedTotal);
      });
      book.apply(states, sentAt, elapsed.now());
      this.#trouble.passed();
    } catch (error) {
      this.#trouble.failed(elapsed.now());
      observer.trouble?.("leases", error);
    }
  }
}
