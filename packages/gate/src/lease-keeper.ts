import type { Admission } from "./admission.ts";
import { UNKNOWN } from "./admission.ts";
import type { Bundle, Waiter } from "./bundle.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import { LeaseBook } from "./lease-book.ts";
import type { AskInFlight, LeaseDeskOutcome } from "./lease-desk.ts";
import { LeaseDesk } from "./lease-desk.ts";
import type { FailureMode, LeaseAnswer } from "./lease-protocol.ts";
import { resize, sizeInCalls } from "./lease-sizing.ts";
import { afterPatience, noLongerThan } from "./patience.ts";
import { ReturnDesk } from "./return-desk.ts";
import { Terms } from "./terms.ts";
import { Trouble } from "./trouble.ts";
import { admitUnanswered } from "./unanswered.ts";

/** Calls that wait for answers at one time; beyond, nobody is kept waiting. */
const WAITING_MAX = 10_000;
/** A bundle's limits are not asked for again in the background sooner than this. */
const REFRESH_MIN_MS = 20;
/** How often leases are looked through for units that lapsed or lie unused. */
const SWEEP_MS = 50;
/** An answer that served nobody and refused nobody is not asked for again at once. */
const NO_PROGRESS_MS = 5;

/** Decides calls by their limits: spends leases, asks for more, gives back what is not needed. */
export class LeaseKeeper implements LeaseDeskOutcome {
  readonly #environment: GateEnvironment;
  readonly #accountMode: () => FailureMode;
  readonly #desk: LeaseDesk;
  readonly #returns: ReturnDesk;
  readonly #trouble: Trouble;
  #book: LeaseBook;
  #waiting = 0;
  #cancelSweep: (() => void) | undefined;
  #stopped = false;

  /** `accountMode` is the account's failure mode where a limit does not name its own. */
  constructor(environment: GateEnvironment, accountMode: () => FailureMode) {
    this.#environment = environment;
    this.#book = new LeaseBook(environment.clock);
    this.#accountMode = accountMode;
    this.#desk = new LeaseDesk(environment, () => this.#book, this);
    this.#returns = new ReturnDesk(environment);
    this.#trouble = new Trouble(environment.random);
  }

  /**
   * Takes one call's cost from every hard limit that applies, or from none. Answers at once when
   * it can, otherwise within about `waitMs`. `now` is elapsed time.
   */
  admit(bundle: Bundle, now: number, waitMs: number): Admission | Promise<Admission> {
    bundle.calls += 1;
    const { terms } = bundle;
    terms?.noteCall();
    if (terms !== undefined && !this.#stopped && now < terms.validUntil) {
      const businessMs = this.#environment.business.at(now);
      if (terms.covers(now, businessMs)) {
        if (terms.take(now) || now >= terms.refreshAt) this.#refresh(bundle, terms, now);
        return terms.admitted;
      }
      const refused = terms.refusal(now, businessMs);
      if (refused !== undefined) return refused;
    }
    return this.#admitByAnswer(bundle, now, waitMs, false);
  }

  /** What `admit` would say, taking nothing. */
  look(bundle: Bundle, now: number, waitMs: number): Admission | Promise<Admission> {
    const { terms } = bundle;
    if (terms !== undefined && now < terms.validUntil) {
      return terms.look(now, this.#environment.business.at(now));
    }
    return this.#admitByAnswer(bundle, now, waitMs, true);
  }

  /** Stops asking and gives everything back. Resolves when metering knows, or cannot be told. */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    const { clock } = this.#environment;
    await noLongerThan(clock, withinMs / 2, this.#desk.idle());
    this.#cancelSweep?.();
    await noLongerThan(clock, withinMs / 2, this.#returns.finish(this.#book));
  }

  answered(asked: AskInFlight, answer: LeaseAnswer): void {
    const { elapsed, business, eventMeters, settings } = this.#environment;
    const now = elapsed.now();
    this.#trouble.passed();
    business.hear(answer.businessMs, now, asked.askedAt);
    eventMeters.hear(answer.eventMeterIds);
    const renewed = this.#renewTerms(asked, answer);
    asked.book.apply(answer.leases, asked.askedAt, now);
    asked.book.shares.apply(answer.shares, asked.askedAt, now);
    for (const [lease, returnedTotal] of asked.told) lease.reported(returnedTotal);
    for (const settle of renewed) settle(now);
    for (const bundle of asked.bundles) {
      if (bundle.askedAt === asked.askedAt) bundle.askedAt = undefined;
    }
    asked.bundles.forEach((bundle, at) => {
      if (answer.answers[at]?.unknown) this.#giveUp(bundle);
      else this.#serve(bundle, now);
    });
    if (this.#stopped || asked.book !== this.#book) void this.#returns.finish(asked.book);
    else if (this.#book.size >= settings.leasesMax) this.#startOver();
    this.#armSweep();
  }

  failed(asked: AskInFlight, error: unknown): void {
    const { elapsed, observer } = this.#environment;
    this.#trouble.failed(elapsed.now());
    for (const bundle of asked.bundles) {
      if (bundle.askedAt !== asked.askedAt) continue;
      bundle.askedAt = undefined;
      this.#giveUp(bundle);
    }
    observer.trouble?.("leases", error);
  }

  /** New terms first, so that their leases exist; the rest once the leases have their units. */
  #renewTerms(asked: AskInFlight, answer: LeaseAnswer): ((now: number) => void)[] {
    const { book, bundles, sequence, askedAt, request } = asked;
    return bundles.flatMap((bundle, at) => {
      const its = answer.answers[at];
      const wanted = request.asks[at]?.wantedCalls ?? 0;
      if (its === undefined || its.unknown || (bundle.terms?.sequence ?? 0) > sequence) return [];
      const { customerId } = bundle.group;
      const terms = new Terms(its, { book, customerId, sequence, askedAt });
      bundle.terms = terms;
      bundle.openCalls = 0;
      return (now: number) => {
        terms.rememberRoom(its, now);
        resize(terms, its, wanted, sizeInCalls(bundle, now));
      };
    });
  }

  #refresh(bundle: Bundle, terms: Terms, now: number): void {
    if (bundle.askedAt !== undefined || now - terms.askedAt < REFRESH_MIN_MS) return;
    if (!this.#stopped && this.#trouble.mayTry(now)) this.#desk.ask(bundle, now);
  }

  #admitByAnswer(
    bundle: Bundle,
    now: number,
    waitMs: number,
    look: boolean,
  ): Admission | Promise<Admission> {
    if (this.#stopped || this.#waiting >= WAITING_MAX) return UNKNOWN;
    if (this.#trouble.mayTry(now)) this.#desk.ask(bundle, now);
    if (this.#trouble.present && !look) {
      const unanswered = this.#unanswered(bundle);
      if (unanswered !== UNKNOWN) return unanswered;
    }
    return bundle.askedAt === undefined ? UNKNOWN : this.#wait(bundle, waitMs, look);
  }

  #wait(bundle: Bundle, waitMs: number, look: boolean): Promise<Admission> {
    this.#waiting += 1;
    return new Promise((resolve) => {
      const settle = (admission: Admission) => {
        cancel();
        this.#waiting -= 1;
        bundle.waiting.delete(waiter);
        resolve(admission);
      };
      const waiter: Waiter = { look, settle };
      const cancel = afterPatience(this.#environment.clock, waitMs, () => {
        settle(look ? UNKNOWN : this.#unanswered(bundle));
      });
      bundle.waiting.add(waiter);
    });
  }

  /** Serves who waits, in order. Who is neither covered nor refused came too late for this ask. */
  #serve(bundle: Bundle, now: number): void {
    const { terms } = bundle;
    const before = bundle.waiting.size;
    if (terms === undefined || before === 0) return;
    const businessMs = this.#environment.business.at(now);
    for (const waiter of bundle.waiting) {
      if (waiter.look) waiter.settle(terms.look(now, businessMs));
      else if (terms.covers(now, businessMs)) {
        terms.take(now);
        waiter.settle(terms.admitted);
      } else {
        const refused = terms.refusal(now, businessMs);
        if (refused !== undefined) waiter.settle(refused);
      }
    }
    if (bundle.waiting.size === 0) return;
    if (bundle.waiting.size < before) this.#desk.ask(bundle, now);
    else this.#environment.clock.after(NO_PROGRESS_MS, () => this.#askForWaiting(bundle));
  }

  #askForWaiting(bundle: Bundle): void {
    if (bundle.waiting.size > 0) this.#desk.ask(bundle, this.#environment.elapsed.now());
  }

  #giveUp(bundle: Bundle): void {
    for (const waiter of bundle.waiting) {
      waiter.settle(waiter.look ? UNKNOWN : this.#unanswered(bundle));
    }
  }

  #unanswered(bundle: Bundle): Admission {
    const now = this.#environment.elapsed.now();
    const moment = { now, businessMs: this.#environment.business.at(now) };
    return admitUnanswered(bundle, moment, this.#book.gateId, this.#accountMode());
  }

  #startOver(): void {
    const full = this.#book;
    this.#book = new LeaseBook(this.#environment.clock);
    void this.#returns.finish(full);
  }

  #armSweep(): void {
    if (this.#cancelSweep !== undefined || this.#stopped) return;
    this.#cancelSweep = this.#environment.clock.after(SWEEP_MS, () => {
      this.#cancelSweep = undefined;
      const { elapsed, business, settings } = this.#environment;
      const now = elapsed.now();
      this.#book.sweep(now, business.at(now), settings);
      this.#returns.report(this.#book, now);
      const { active, shares } = this.#book;
      if (active.size > 0 || shares.isLive) this.#armSweep();
    });
  }
}
