import type { Bundle } from "./bundle.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import type { Lease } from "./lease.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { LeaseAnswer, LeaseRequest } from "./lease-protocol.ts";
import type { Claims } from "./lease-sizing.ts";
import { wantedCalls } from "./lease-sizing.ts";
import type { RateShare } from "./rate-share.ts";

/** Metering takes at most this many asks at once. */
const ASKS_MAX = 100;
/** Leases named in one request besides those asked for: returns that still have to be told. */
const RETURNS_MAX = 1_000;
/** Leases named for a bundle whose limits are not known yet: the newest of its customer. */
const NEWEST_MAX = 20;

/** A request on its way: what was sent, for whom, and when. */
export interface AskInFlight {
  readonly book: LeaseBook;
  readonly bundles: readonly Bundle[];
  readonly request: LeaseRequest;
  readonly sequence: number;
  readonly askedAt: number;
  /** How far each named lease's returns are told by this request. */
  readonly told: ReadonlyMap<Lease, bigint>;
  /** Units of each lease that calls wait for which this request asks for. */
  readonly claims: Claims;
  /** The shares it names. */
  readonly shares: readonly RateShare[];
}

/** What becomes of a request. */
export interface LeaseDeskOutcome {
  answered(asked: AskInFlight, answer: LeaseAnswer): void;
  /** It failed or is overdue; `error` says how. */
  failed(asked: AskInFlight, error: unknown): void;
}

/** Puts the asks of one tick into one request, and sends it. */
export class LeaseDesk {
  readonly #environment: GateEnvironment;
  readonly #outcome: LeaseDeskOutcome;
  readonly #book: () => LeaseBook;
  /** Claims of the requests under way: what they bring is spoken for, and others ask beyond it. */
  readonly #claimed: Claims = new Map();
  #queue: Bundle[] = [];
  #sequence = 0;
  /** Requests that have not come to an end, overdue ones included. */
  #inFlight = 0;
  #whenIdle: (() => void)[] = [];

  constructor(environment: GateEnvironment, book: () => LeaseBook, outcome: LeaseDeskOutcome) {
    this.#environment = environment;
    this.#book = book;
    this.#outcome = outcome;
  }

  /** Asks for a bundle at the end of this tick. One ask of a bundle is under way at a time. */
  ask(bundle: Bundle, now: number): void {
    if (bundle.askedAt !== undefined) return;
    bundle.askedAt = now;
    if (this.#queue.push(bundle) === 1) queueMicrotask(() => this.#sendAll());
  }

  /** Resolves when no request is on its way. */
  idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #sendAll(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (let from = 0; from < queue.length; from += ASKS_MAX) {
      void this.#send(queue.slice(from, from + ASKS_MAX));
    }
  }

  async #send(bundles: readonly Bundle[]): Promise<void> {
    const { clock, elapsed, ports, settings } = this.#environment;
    const asked = this.#compose(bundles, elapsed.now());
    let overdue = false;
    this.#claim(asked.claims, 1);
    for (const share of asked.shares) share.inFlight += 1;
    const cancel = clock.after(settings.askOverdueMs, () => {
      overdue = true;
      this.#claim(asked.claims, -1);
      this.#outcome.failed(asked, new Error("metering did not answer an ask for leases in time"));
    });
    this.#inFlight += 1;
    try {
      const answer = await ports.acquireLeases(asked.request);
      if (answer.answers.length !== bundles.length) throw new Error("answers do not fit the asks");
      this.#outcome.answered(asked, answer);
    } catch (error) {
      if (!overdue) this.#outcome.failed(asked, error);
    } finally {
      cancel();
      for (const share of asked.shares) share.inFlight -= 1;
      if (!overdue) this.#claim(asked.claims, -1);
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  #compose(bundles: readonly Bundle[], askedAt: number): AskInFlight {
    const book = this.#book();
    const claims: Claims = new Map(this.#claimed);
    const named = new Set<Lease>();
    const asks = bundles.map((bundle) => {
      bundle.askedAt = askedAt;
      for (const lease of leasesConcerned(bundle, book)) named.add(lease);
      const { group, keyId } = bundle;
      return { keyId, ...group, wantedCalls: wantedCalls(bundle, askedAt, claims) };
    });
    for (const lease of book.unreported()) if (named.size < RETURNS_MAX) named.add(lease);
    const known = [...named].map((lease) => lease.known());
    const told = new Map([...named].map((lease) => [lease, lease.returnedTotal]));
    this.#sequence += 1;
    const waiting = sharesConcerned(bundles, book);
    const shares = [...waiting].map(([share, calls]) => share.held(askedAt, calls));
    const request = { gateId: book.gateId, asks, known, shares };
    for (const [lease, units] of this.#claimed) claims.set(lease, (claims.get(lease) ?? 0) - units);
    const asked = { book, bundles, request, sequence: this.#sequence, askedAt };
    return { ...asked, told, claims, shares: [...waiting.keys()] };
  }

  #claim(claims: Claims, sign: 1 | -1): void {
    for (const [lease, units] of claims) {
      const claimed = (this.#claimed.get(lease) ?? 0) + sign * units;
      if (claimed > 0) this.#claimed.set(lease, claimed);
      else this.#claimed.delete(lease);
    }
  }
}

/** The leases of the bundle's limits; before the first answer all of its customer's, up to a bound. */
function leasesConcerned({ terms, group }: Bundle, book: LeaseBook): Lease[] {
  if (terms === undefined) return [...book.leasesOf(group.customerId)].slice(-NEWEST_MAX);
  return terms.takes.map(({ lease }) => lease).filter((lease) => book.has(lease));
}

/** The shares of the bundles' rates, and how many calls wait for each. */
function sharesConcerned(
  bundles: readonly Bundle[],
  { shares }: LeaseBook,
): Map<RateShare, number> {
  const waiting = new Map<RateShare, number>();
  for (const { terms, group, waitingCalls } of bundles) {
    const concerned = terms?.rates.map(({ share }) => share) ?? shares.newestOf(group.customerId);
    for (const share of concerned) {
      if (shares.has(share)) waiting.set(share, (waiting.get(share) ?? 0) + waitingCalls);
    }
  }
  return waiting;
}
