import { RecordUsageRequest, UsageCell, UsageEvent } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import type { ChaosCustomer } from "../account.ts";
import type { Random } from "../random.ts";
import type { SentBatch } from "./sent-usage.ts";

/** An event that was sent, and may be sent again in another batch. */
export interface MadeEvent {
  readonly event: UsageEvent;
  readonly customer: number;
}

const minuteMs = 60_000;
/** Into a day that is over, whose sums are made already. */
const lateMsMax = 30 * 3_600_000;
const endpoints = ["/v1/forecast/{city}", "/v1/history/{city}", "/v1/maps"];
const statuses = [200, 200, 200, 201, 404, 500];

/** Makes batches as backends do, of customers that no gate lets in. */
export class BatchMaker {
  readonly #recorderId: string;
  /** Whose calls are reported just now. */
  #customers: readonly { customer: ChaosCustomer; place: number }[];
  /** What all clients have sent: they also send each other's. */
  readonly #pool: MadeEvent[];
  readonly #random: Random;

  constructor(
    recorderId: string,
    customers: readonly { customer: ChaosCustomer; place: number }[],
    pool: MadeEvent[],
    random: Random,
  ) {
    this.#recorderId = recorderId;
    this.#customers = customers;
    this.#pool = pool;
    this.#random = random;
  }

  /** From now on it reports the calls of these. */
  report(customers: readonly { customer: ChaosCustomer; place: number }[]): void {
    this.#customers = customers;
  }

  /** `late`: of hours ago. Duplicates are events sent before, perhaps by somebody else. */
  make({ late, duplicates }: { late: boolean; duplicates: number }): SentBatch {
    const random = this.#random;
    const lateMs = late ? random.between(minuteMs, lateMsMax) : 0;
    const fresh = Array.from({ length: random.between(1, 12) }, () => this.#event(lateMs));
    const known = this.#pool.length === 0 ? 0 : duplicates;
    const again = Array.from({ length: known }, () => random.pick(this.#pool));
    this.#remember(fresh);
    const cells = Array.from({ length: random.between(0, 2) }, () => this.#cell(lateMs));
    return this.freeze(random.shuffled([...fresh, ...again]), cells);
  }

  /** A batch of these items, with an id of its own. */
  freeze(events: readonly MadeEvent[], cells: readonly { cell: UsageCell; customer: number }[]) {
    const batchId = newId();
    const request = RecordUsageRequest.fromPartial({
      ...{ batchId, recorderId: this.#recorderId },
      events: events.map(({ event }) => event),
      cells: cells.map(({ cell }) => cell),
    });
    const batch: SentBatch = {
      batchId,
      events: events.map(({ event, customer }) => ({ eventId: event.eventId, customer })),
      cells: cells.map(({ cell, customer }) => ({ customer, calls: Number(cell.count) })),
      ...{ request, receipt: undefined, retried: undefined },
    };
    return batch;
  }

  #event(lateMs: number): MadeEvent {
    const { place, ...words } = this.#call();
    const time = new Date(Date.now() - lateMs - this.#random.between(0, 1_500));
    const latencyUs = this.#random.between(200, 900_000);
    const event = UsageEvent.fromPartial({ ...words, eventId: newId(), time, latencyUs });
    return { event, customer: place };
  }

  #cell(lateMs: number): { cell: UsageCell; customer: number } {
    const { place, ...words } = this.#call();
    const minute = new Date(Math.floor((Date.now() - lateMs) / minuteMs) * minuteMs);
    const count = BigInt(this.#random.between(1, 40));
    return { cell: UsageCell.fromPartial({ ...words, minute, count }), customer: place };
  }

  #call() {
    const random = this.#random;
    const { customer, place } = random.pick(this.#customers);
    const byKey = random.chance(0.8);
    const caller = byKey
      ? { $case: "keyId" as const, value: customer.keyId }
      : { $case: "customerId" as const, value: customer.customerId };
    const [endpoint, status] = [random.pick(endpoints), random.pick(statuses)];
    return { caller, endpoint, method: "GET", status, place };
  }

  #remember(events: readonly MadeEvent[]): void {
    this.#pool.push(...events);
    if (this.#pool.length > poolMax) this.#pool.splice(0, this.#pool.length - poolMax);
  }
}

const poolMax = 2_000;
