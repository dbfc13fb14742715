import type {
  AskAnswer,
  KnownLease,
  LeaseAnswer,
  LeaseAsk,
  LeaseRelease,
  LeaseRequest,
  LeaseState,
  LimitTerms,
} from "../src/lease-protocol.ts";
import type { Hold, UsageBatch, UsageReceipt } from "../src/usage-protocol.ts";
import type { Counter, LeaseRow, LimitRule } from "./reference-counter.ts";
import { max, min, newCounter, outstanding, roomOf, rowOf, windowOf } from "./reference-counter.ts";

import { ReferenceRates } from "./reference-rates.ts";

/**
 * What metering promises of leases, in memory: an escrow ledger whose every call is one
 * transaction. Nothing here is shared with the gate but the messages' shapes.
 */
export class ReferenceLedger {
  readonly rules: LimitRule[] = [];
  readonly counters = new Map<string, Counter>();
  readonly rates = new ReferenceRates();
  readonly customerOfKey = new Map<string, string>();
  /** Test keys count on counters of their own. */
  readonly testKeys = new Set<string>();
  readonly seenEvents = new Map<string, Set<string>>();
  readonly receipts = new Map<string, { content: string; receipt: UsageReceipt }>();
  /** Everything counted, item by item. */
  readonly counted: { call: string; count: number; refusal: string | undefined }[] = [];
  leaseMs = 10_000;
  eventMeterIds: string[] = [];
  readonly #elapsed: () => number;
  readonly #business: () => number;

  /** `elapsed` is the database's clock, `business` the time of windows. */
  constructor(elapsed: () => number, business: () => number) {
    this.#elapsed = elapsed;
    this.#business = business;
  }

  acquire(request: LeaseRequest): LeaseAnswer {
    for (const known of request.known) this.#takeBack(request.gateId, known);
    const knownOf = new Map(request.known.map((known) => [known.counterId, known]));
    const named = new Set(request.known.map(({ counterId }) => counterId));
    const shares = this.rates.share(request, (ask) => this.#rulesOf(ask.keyId), this.#elapsed());
    const answers = request.asks.map((ask) => {
      const answer = this.#grant(request.gateId, ask, knownOf);
      for (const { counterId, hard, ratePerMinuteMilli } of answer.limits) {
        if (hard && ratePerMinuteMilli === undefined) named.add(counterId);
      }
      return answer;
    });
    const leases = [...named].flatMap((counterId) => this.#state(counterId, request.gateId));
    const { eventMeterIds } = this;
    return { answers, leases, shares, businessMs: this.#business(), eventMeterIds };
  }

  release(release: LeaseRelease): LeaseState[] {
    for (const { counterId, returnedTotal } of release.returns) {
      this.#takeBack(release.gateId, { counterId, returnedTotal });
    }
    this.rates.takeBack(release, this.#elapsed());
    return release.returns.flatMap(({ counterId }) => this.#state(counterId, release.gateId));
  }

  record(batch: UsageBatch): UsageReceipt {
    const content = JSON.stringify(batch);
    const before = this.receipts.get(batch.batchId);
    if (before !== undefined) {
      if (before.content !== content) throw new Error("same batch id, other content");
      return before.receipt;
    }
    let [counted, duplicates] = [0, 0];
    for (const event of batch.events) {
      if (this.#countEvent(event, batch.holds[event.hold - 1])) counted += 1;
      else duplicates += 1;
    }
    for (const cell of batch.cells) {
      this.#count({ ...cell, timeMs: cell.minuteMs }, cell.count, batch.holds[cell.hold - 1]);
      counted += cell.count;
    }
    const none = { rejected: 0, rejections: [], rejectedByReason: {} };
    const retry = { retryEvents: [], retryCells: [] };
    const { eventMeterIds } = this;
    const businessMs = this.#business();
    const receipt = { counted, duplicates, ...none, ...retry, businessMs, eventMeterIds };
    this.receipts.set(batch.batchId, { content, receipt });
    return receipt;
  }

  /** The owner vouches that stranded units were not used. */
  releaseStranded(): void {
    for (const { rows } of this.counters.values()) {
      for (const row of rows.values()) {
        if (this.#elapsed() >= row.expiresAt) row.ended += outstanding(row);
      }
    }
  }

  /** Sums of the counters of a rule, over all windows. */
  totals(name: string): { consumed: number; leased: number; stranded: number } {
    const totals = { consumed: 0, leased: 0, stranded: 0 };
    for (const { rule, consumed, rows } of this.counters.values()) {
      if (rule.name !== name) continue;
      totals.consumed += Number(consumed);
      for (const row of rows.values()) {
        const kind = this.#elapsed() >= row.expiresAt ? "stranded" : "leased";
        totals[kind] += Number(outstanding(row));
      }
    }
    return totals;
  }

  /** Calls counted, refused ones apart. */
  get calls(): { passed: number; refused: number } {
    const sum = (refused: boolean) =>
      this.counted
        .filter(({ refusal }) => (refusal !== undefined) === refused)
        .reduce((total, { count }) => total + count, 0);
    return { passed: sum(false), refused: sum(true) };
  }

  #rulesOf(keyId: string): LimitRule[] {
    const customerId = this.customerOfKey.get(keyId);
    return this.rules.filter((rule) => rule.customerId === customerId);
  }

  #grant(gateId: string, ask: LeaseAsk, knownOf: Map<string, KnownLease>): AskAnswer {
    const customerId = this.customerOfKey.get(ask.keyId);
    const own = this.#rulesOf(ask.keyId);
    const rules = own.filter((rule) => rule.rate === undefined);
    const hard = rules
      .filter((rule) => rule.hard !== false)
      .map((rule) => {
        const counter = this.counterOf(rule, this.#business(), ask.keyId);
        const row = rowOf(counter, gateId);
        const known = knownOf.get(counter.counterId);
        const cost = BigInt(rule.cost?.(ask.endpoint, ask.unitsPerCall) ?? 1);
        this.#voidUnknown(row, known);
        const unspent = known
          ? max(0n, known.unspent + (row.granted - row.voided - known.grantedTotal))
          : outstanding(row);
        return { counter, row, cost, unspent, room: roomOf(counter) };
      });
    const fits = hard
      .filter(({ cost }) => cost > 0n)
      .map(({ unspent, room, cost }) => (unspent + room) / cost);
    const granted = fits.reduce((least, calls) => min(least, calls), BigInt(ask.wantedCalls));
    for (const { row, unspent, cost } of hard) {
      row.granted += max(0n, granted * cost - unspent);
      row.expiresAt = Math.max(row.expiresAt, this.#elapsed() + this.leaseMs);
    }
    const short = granted < BigInt(ask.wantedCalls);
    const binding = new Set(
      hard
        .filter(
          ({ unspent, room, cost }) => short && cost > 0n && (unspent + room) / cost <= granted,
        )
        .map(({ counter }) => counter),
    );
    const limits = own.map((rule) => {
      return rule.rate ? this.rates.terms(rule) : this.#terms(rule, ask, binding);
    });
    const held = hard.some(({ counter }) => [...counter.rows.values()].some((r) => outstanding(r)));
    return {
      unknown: customerId === undefined,
      grantedCalls: Number(granted),
      limits,
      validForMs: 2_000,
      askAgainAfterMs: held ? 100 : 2_000,
      planName: "Plan",
    };
  }

  #terms(rule: LimitRule, ask: LeaseAsk, binding: Set<Counter>): LimitTerms {
    const counter = this.counterOf(rule, this.#business(), ask.keyId);
    const { counterId } = counter;
    return {
      ...{ limitId: rule.name, name: rule.name, counterId, meterId: "calls", version: 1n },
      ...{ window: rule.window, windowStartMs: counter.windowStartMs },
      ...{ windowEndMs: counter.windowEndMs, hard: rule.hard !== false },
      ...{ limit: BigInt(rule.limit), consumed: counter.consumed, remaining: roomOf(counter) },
      costPerCall: rule.cost?.(ask.endpoint, ask.unitsPerCall) ?? 1,
      refusal: rule.refusal ?? "QUOTA_EXHAUSTED",
      exhausted: binding.has(counter),
      failureMode: rule.failureMode,
    };
  }

  #countEvent(event: UsageBatch["events"][number], hold: Hold | undefined): boolean {
    const leases = new Set(hold?.units.map(({ counterId }) => `${hold.gateId} ${counterId}`));
    const before = this.seenEvents.get(event.eventId);
    if (before === undefined) {
      this.seenEvents.set(event.eventId, leases);
      this.#count(event, 1, hold);
      return true;
    }
    if (hold !== undefined) this.#releaseHold(hold, before);
    return false;
  }

  #count(
    item: {
      caller: { keyId: string } | { keySha256: string };
      endpoint: string;
      method: string;
      status: number;
      timeMs: number;
      units: number;
      refusal?: string | undefined;
    },
    count: number,
    hold: Hold | undefined,
  ): void {
    const call = `${item.method} ${item.endpoint} ${item.status}`;
    this.counted.push({ call, count, refusal: item.refusal });
    if (hold !== undefined) this.#releaseHold(hold, new Set());
    if (item.refusal !== undefined || !("keyId" in item.caller)) return;
    const { keyId } = item.caller;
    const customerId = this.customerOfKey.get(keyId);
    for (const rule of this.rules) {
      if (rule.customerId !== customerId || rule.rate !== undefined) continue;
      const counter = this.counterOf(rule, item.timeMs, keyId);
      const cost = rule.cost ? rule.cost(item.endpoint, item.units / count) : 1;
      counter.consumed += BigInt(cost * count);
    }
  }

  /** Releases what an item held, except on leases that an earlier copy of it held already. */
  #releaseHold(hold: Hold, except: Set<string>): void {
    for (const { counterId, units } of hold.units) {
      if (except.has(`${hold.gateId} ${counterId}`)) continue;
      const counter = this.counters.get(counterId);
      if (counter === undefined) throw new Error(`a hold on ${counterId}, which was never leased`);
      const row = rowOf(counter, hold.gateId);
      row.released += this.#comeBack(row, BigInt(units));
    }
  }

  #takeBack(gateId: string, back: { counterId: string; returnedTotal: bigint }): void {
    const row = this.counters.get(back.counterId)?.rows.get(gateId);
    if (row === undefined || back.returnedTotal <= row.returned) return;
    row.returned += this.#comeBack(row, back.returnedTotal - row.returned);
  }

  /** Units that the owner ended come back first: they are somebody else's by now. */
  #comeBack(row: LeaseRow, units: bigint): bigint {
    const again = min(units, row.ended - row.voided);
    const free = min(units - again, outstanding(row));
    row.ended -= again;
    return again + free;
  }

  /** What the owner ended and the gate never heard of must never reach it as a grant. */
  #voidUnknown(row: LeaseRow, known: KnownLease | undefined): void {
    const unknown = row.granted - row.voided - (known?.grantedTotal ?? 0n);
    if (unknown > 0n) row.voided += min(unknown, row.ended - row.voided);
  }

  #state(counterId: string, gateId: string): LeaseState[] {
    const row = this.counters.get(counterId)?.rows.get(gateId);
    if (row === undefined) return [];
    const expiresInMs = Math.max(0, row.expiresAt - this.#elapsed());
    return [{ counterId, grantedTotal: row.granted - row.voided, expiresInMs }];
  }

  /** The counter a call at this time counts on. */
  counterOf(rule: LimitRule, timeMs: number, keyId = ""): Counter {
    const [start = "total"] = windowOf(rule, timeMs);
    const kind = this.testKeys.has(keyId) ? "test" : "live";
    const counterId = `${rule.customerId}/${rule.name}/${start}/${kind}`;
    const known = this.counters.get(counterId);
    if (known !== undefined) return known;
    const counter = newCounter(rule, timeMs, counterId);
    this.counters.set(counterId, counter);
    return counter;
  }
}
