import { CallDecider } from "./call-decider.ts";
import type { CallOutcome, GateCall, Reservation, Verdict } from "./gate-call.ts";
import { checkOutcome, checkRequestId } from "./gate-call.ts";
import type { GateCounts } from "./gate-counts.ts";
import { newGateCounts } from "./gate-counts.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import { KeyDirectory } from "./key-directory.ts";
import { KeyWatch } from "./key-watch.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import type { FailureMode } from "./lease-protocol.ts";
import { Repeats } from "./repeats.ts";
import { Reservations } from "./reservations.ts";
import type { CountedCall } from "./usage-cell.ts";
import type { UsageBatch } from "./usage-protocol.ts";
import { UsageRecorder } from "./usage-recorder.ts";
import { latencyUsOf } from "./verdict.ts";

/**
 * The decision engine of one account: is this key good, is there room, then count it. Warm calls
 * are decided at once, without I/O; the rest wait as long as the settings allow, and no longer.
 * Made by `createGate`.
 */
export class Gate {
  /** How calls were decided, and every way past a limit, since the start. */
  readonly counts: GateCounts = newGateCounts();
  readonly #environment: GateEnvironment;
  readonly #directory: KeyDirectory;
  readonly #watch: KeyWatch;
  readonly #keeper: LeaseKeeper;
  readonly #recorder: UsageRecorder;
  readonly #reservations: Reservations;
  readonly #repeats = new Repeats();
  readonly #decider: CallDecider;

  constructor(environment: GateEnvironment) {
    const { clock, settings } = environment;
    const accountMode = () => this.#accountMode(settings.defaultOpenBudgetCalls);
    const directory = new KeyDirectory(environment);
    const keeper = new LeaseKeeper(environment, accountMode);
    const recorder = new UsageRecorder(environment, this.counts);
    this.#environment = environment;
    this.#directory = directory;
    this.#watch = new KeyWatch(environment, directory);
    this.#keeper = keeper;
    this.#recorder = recorder;
    this.#reservations = new Reservations(clock, settings.unsettledAfterMs, (reservation) => {
      this.#countReserved(reservation, {});
    });
    const host = {
      count: recorder.record.bind(recorder),
      reserve: this.#reservations.add.bind(this.#reservations),
    };
    const { counts } = this;
    const parts = { environment, directory, keeper, recorder, counts, host, accountMode };
    this.#decider = new CallDecider(parts);
  }

  /** Listens for changes of keys, in the background. Calls may be checked before it is heard. */
  start(): void {
    this.#watch.start();
  }

  /**
   * Decides a call: at once if everything is at hand, else as a promise, which does not reject.
   * Throws a DomainError for calls that make no sense (units, endpoint, method, a request id that
   * is none or was used for another call); every refusal is a verdict.
   */
  check(call: GateCall): Verdict | Promise<Verdict> {
    if (call.requestId === undefined) return this.#decider.check(call);
    checkRequestId(call.requestId);
    const repeated = this.#repeats.find(call.requestId, call);
    if (repeated !== undefined) return repeated;
    const verdict = this.#decider.check(call);
    this.#repeats.remember(call.requestId, call, verdict);
    return verdict;
  }

  /**
   * Counts a call that was reserved, here or at another gate of the account. Throws an "invalid"
   * DomainError on impossible figures.
   */
  settle(reservation: Reservation, outcome: CallOutcome): void {
    checkOutcome(outcome);
    this.#reservations.remove(reservation.eventId);
    this.#countReserved(reservation, outcome);
  }

  /** Resolves when metering has counted this event; rejects if it never will. */
  acknowledged(eventId: string): Promise<void> {
    return this.#recorder.acknowledged(eventId);
  }

  /** Sends batches that `stop` left unacknowledged, or a spool kept, as they were. */
  resend(batches: readonly UsageBatch[]): void {
    this.#recorder.resend(batches);
  }

  /** The server's business time as this gate knows it: what the times of limits compare with. */
  get businessMs(): number {
    const { business, elapsed } = this.#environment;
    return business.at(elapsed.now());
  }

  /** Items of usage that metering has not acknowledged. */
  get waitingItems(): number {
    return this.#recorder.waitingItems;
  }

  /** Sends what is counted and waits for receipts; gives the batches that have none yet. */
  flush(withinMs: number): Promise<readonly UsageBatch[]> {
    return this.#recorder.flush(withinMs);
  }

  /**
   * Stops for good, within about `withinMs`: gives its leases back and sends its usage. Calls
   * checked from now on are UNAVAILABLE. Gives the batches that are not acknowledged.
   */
  async stop(withinMs: number): Promise<readonly UsageBatch[]> {
    this.#watch.stop();
    this.#reservations.endAll();
    const returned = this.#keeper.stop(withinMs);
    const unacknowledged = await this.#recorder.flush(withinMs);
    await returned;
    return unacknowledged;
  }

  #countReserved(reservation: Reservation, outcome: CallOutcome): void {
    const { units, properties } = reservation;
    const call: CountedCall = {
      ...reservation,
      identity: reservation,
      status: outcome.status ?? 0,
      latencyUs: latencyUsOf(outcome),
      requestBytes: outcome.requestBytes ?? 0,
      responseBytes: outcome.responseBytes ?? 0,
      units: outcome.units ?? units,
      properties: outcome.properties ?? properties,
      refusal: undefined,
    };
    this.#recorder.record(call, { cells: [] }, units);
  }

  #accountMode(budgetCalls: number): FailureMode {
    const open = this.#directory.account.defaultFailureMode === "open";
    return open ? { kind: "open", budgetCalls } : { kind: "closed" };
  }
}
