import { newId } from "@tollbook/domain";
import type { GateCounts } from "./gate-counts.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import type { PendingUsage } from "./usage-batch.ts";
import { pendingEvent, takeBatch } from "./usage-batch.ts";
import type { CellShelf, CountedCall } from "./usage-cell.ts";
import { CellDraft } from "./usage-cell.ts";
import type { UsageBatch, UsageEvent } from "./usage-protocol.ts";
import { UsageSender } from "./usage-sender.ts";

/** As many events are sent at once; cells gather calls until the interval is over. */
const FLUSH_EVENTS = 2_000;
/** Calls in cells that are shown in the live log, per flush. */
const SAMPLES_PER_FLUSH = 5;
/** Refused calls are still recorded this far past the bound; they cost nobody money. */
const REFUSED_ROOM = 2;

/**
 * Counts calls and sees to it that metering hears of each. Below a modest rate every call is an
 * event with an id of its own; above it, calls fold into cells, whose number does not grow with
 * traffic. Nothing is dropped: past the bound `full` says so, and the failure mode decides who
 * still passes. Only mode meter-only drops, and says how much.
 */
export class UsageRecorder {
  /** Names this recorder at metering. */
  readonly recorderId = newId();
  readonly #environment: GateEnvironment;
  readonly #counts: GateCounts;
  readonly #sender: UsageSender;
  readonly #open: PendingUsage = { events: [], cells: [], samples: [] };
  #openCells: { shelf: CellShelf; cell: CellDraft }[] = [];
  #eventsLeft: number;
  #samplesLeft = SAMPLES_PER_FLUSH;
  #flushedAt: number;
  #cancelFlush: (() => void) | undefined;
  #flushesSoon = false;
  /** Somebody waits for a receipt. */
  #isAwaited = false;

  constructor(environment: GateEnvironment, counts: GateCounts) {
    this.#environment = environment;
    this.#counts = counts;
    this.#sender = new UsageSender(environment);
    this.#eventsLeft = environment.settings.eventsPerSecondMax;
    this.#flushedAt = environment.elapsed.now();
  }

  /** Items that metering has not acknowledged. */
  get waitingItems(): number {
    return this.#open.events.length + this.#openCells.length + this.#sender.items;
  }

  /** No more items should be made: metering is behind by as much as memory allows. */
  get full(): boolean {
    return this.waitingItems >= this.#environment.settings.waitingItemsMax;
  }

  /** Counts a call, in one of the two shapes. Gives its event id if it travels as an event. */
  record(call: CountedCall, shelf: CellShelf, declaredUnits: number): string | undefined {
    if (call.units > declaredUnits) {
      this.#counts.unitsAfterAdmission += call.units - declaredUnits;
    }
    const mustBeEvent = call.eventId !== undefined || !this.#environment.eventMeters.allowFolding;
    if (!mustBeEvent && this.#isBusy() && this.#fold(call, shelf)) return undefined;
    if (this.#mustDrop(call)) return undefined;
    this.#eventsLeft -= 1;
    const event = eventOf(call);
    this.#open.events.push(pendingEvent(event, call.hold));
    this.#armFlush();
    return event.eventId;
  }

  /** Resolves when metering has counted this event, which is sent at once. */
  acknowledged(eventId: string): Promise<void> {
    const promise = this.#sender.acknowledged(eventId);
    this.#isAwaited = true;
    this.#armFlush();
    return promise;
  }

  /** Sends what a predecessor left behind, as it was: same ids, same content. */
  resend(batches: readonly UsageBatch[]): void {
    for (const batch of batches) this.#sender.send(batch);
  }

  /** Sends everything and waits for the receipts. Gives the batches that have none yet. */
  flush(withinMs: number): Promise<readonly UsageBatch[]> {
    this.#freezeAll();
    return this.#sender.finish(withinMs);
  }

  /** Above the rate, or behind: calls fold. */
  #isBusy(): boolean {
    const waiting = this.#open.events.length + this.#sender.events;
    return this.#eventsLeft <= 0 || waiting >= this.#environment.settings.waitingEventsMax;
  }

  /** Into the newest cell that takes it, or into a new one. */
  #fold(call: CountedCall, shelf: CellShelf): boolean {
    const { cells } = shelf;
    for (let at = cells.length - 1; at >= 0; at -= 1) if (cells[at]?.take(call)) return true;
    if (this.#mustDrop(call)) return true;
    const cell = new CellDraft(call);
    cells.push(cell);
    this.#openCells.push({ shelf, cell });
    if (this.#samplesLeft > 0) {
      this.#samplesLeft -= 1;
      this.#open.samples.push(eventOf(call));
    }
    this.#armFlush();
    return true;
  }

  /** A call that would need an item past the bound, and may be lost: that is told. */
  #mustDrop(call: CountedCall): boolean {
    const { settings, observer } = this.#environment;
    if (this.waitingItems < settings.waitingItemsMax) return false;
    const refused = call.refusal !== undefined;
    const most = settings.waitingItemsMax * REFUSED_ROOM;
    const lost = settings.mode === "meter-only" || (refused && this.waitingItems >= most);
    if (!lost) return false;
    this.#counts.lost += 1;
    observer.usageLost?.(1);
    return true;
  }

  #armFlush(): void {
    const { clock, settings } = this.#environment;
    const many = this.#open.events.length >= FLUSH_EVENTS;
    const soon = (many || this.#isAwaited) && !this.#sender.behind;
    if (this.#cancelFlush !== undefined && (!soon || this.#flushesSoon)) return;
    this.#cancelFlush?.();
    this.#flushesSoon = soon;
    this.#cancelFlush = clock.after(soon ? 0 : settings.flushMs, () => {
      this.#cancelFlush = undefined;
      if (!this.#sender.behind) return this.#freezeAll();
      this.#refillAllowance(); // while batches pile up, open cells go on gathering calls
      this.#armFlush();
    });
  }

  #freezeAll(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#isAwaited = false;
    const pending = this.#open;
    for (const { shelf, cell } of this.#openCells) {
      if (shelf.cells.length > 0) shelf.cells = [];
      pending.cells.push(cell);
    }
    this.#openCells = [];
    while (pending.events.length + pending.cells.length > 0) {
      this.#sender.send(takeBatch(pending, this.recorderId));
    }
    this.#refillAllowance();
  }

  #refillAllowance(): void {
    const { elapsed, settings } = this.#environment;
    const now = elapsed.now();
    const earned = ((now - this.#flushedAt) * settings.eventsPerSecondMax) / 1_000;
    const most = settings.eventsPerSecondMax;
    this.#eventsLeft = Math.min(most, Math.max(0, this.#eventsLeft) + earned);
    this.#samplesLeft = SAMPLES_PER_FLUSH;
    this.#flushedAt = now;
  }
}

function eventOf(call: CountedCall): UsageEvent {
  const { caller, endpoint, method } = call.identity;
  const { status, latencyUs, requestBytes, responseBytes } = call;
  const { units, properties, refusal, admission, admittedAtMs } = call;
  return {
    eventId: call.eventId ?? newId(),
    caller,
    endpoint,
    method,
    status,
    timeMs: admittedAtMs,
    latencyUs,
    requestBytes,
    responseBytes,
    units,
    properties,
    refusal,
    admission,
    hold: 0,
  };
}
