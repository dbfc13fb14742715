import {
  type AcquireLeasesRequest,
  AcquireLeasesResponse,
  Enforcement,
  type RecordUsageRequest,
  RecordUsageResponse,
  Refusal,
  type ReleaseLeasesRequest,
  ReleaseLeasesResponse,
  Window,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";

interface Lease {
  granted: number;
  returned: number;
  landed: number;
}

interface Customer {
  readonly counterId: string;
  readonly externalId: string;
  readonly limit: number | undefined;
  readonly leases: Map<string, Lease>;
  consumed: number;
}

/** One line of the ledger: calls of a customer that were alike. */
export interface Counted {
  externalId: string;
  endpoint: string;
  method: string;
  status: number;
  refused: boolean;
  calls: number;
  units: number;
  responseBytes: number;
}

/** Metering as far as a gate can tell: leases against one monthly counter, each batch once. */
export class FakeMetering {
  readonly counted: Counted[] = [];
  readonly batches = new Map<string, string>();
  /** Business time, which tests move. */
  businessMs = () => Date.now();
  readonly #customers = new Map<string, Customer>();

  addKey(keyId: string, externalId: string, limit: number | undefined): void {
    const customer = { counterId: newId(), externalId, limit, leases: new Map(), consumed: 0 };
    this.#customers.set(keyId, customer);
  }

  /** Calls counted of a customer, those that passed or those that were refused. */
  calls(externalId: string, refused = false): number {
    const its = this.counted.filter((line) => line.externalId === externalId);
    return its.reduce((sum, line) => sum + (line.refused === refused ? line.calls : 0), 0);
  }

  acquire({ gateId, asks, known }: AcquireLeasesRequest): AcquireLeasesResponse {
    const grants = asks.map(({ keyId, wantedCalls }) => {
      const customer = this.#customerOf(keyId);
      const base = { validForMs: 2_000, askAgainAfterMs: 100, planName: "Free" };
      if (customer.limit === undefined) return { ...base, grantedCalls: wantedCalls };
      const lease = leaseOf(customer, gateId);
      const held = known.find(({ counterId }) => counterId === customer.counterId);
      const unspent = Number(held?.unspent ?? 0n);
      const added = Math.max(0, Math.min(wantedCalls - unspent, roomOf(customer)));
      lease.granted += added;
      const exhausted = wantedCalls > 0 && unspent + added === 0;
      const limits = [this.#limitOf(customer, exhausted)];
      return { ...base, grantedCalls: unspent + added, limits };
    });
    const leases = [...this.#customers.values()].flatMap(({ counterId, leases }) => {
      const lease = leases.get(gateId);
      return lease ? [{ counterId, grantedTotal: BigInt(lease.granted), expiresInMs: 30_000 }] : [];
    });
    const serverTime = new Date(this.businessMs());
    return AcquireLeasesResponse.fromPartial({ grants, leases, serverTime });
  }

  release({ gateId, returns }: ReleaseLeasesRequest): ReleaseLeasesResponse {
    for (const { counterId, returnedTotal } of returns) {
      const customer = [...this.#customers.values()].find((each) => each.counterId === counterId);
      const lease = customer?.leases.get(gateId);
      if (lease) lease.returned = Number(returnedTotal);
    }
    return ReleaseLeasesResponse.fromPartial({});
  }

  record(request: RecordUsageRequest): RecordUsageResponse {
    const serverTime = new Date(this.businessMs());
    const answer = { batchId: request.batchId, serverTime };
    const content = JSON.stringify(request, (_, value) => {
      return typeof value === "bigint" ? String(value) : value;
    });
    const before = this.batches.get(request.batchId);
    if (before !== undefined && before !== content) throw new Error("a batch is not frozen");
    if (before !== undefined) return RecordUsageResponse.fromPartial(answer);
    this.batches.set(request.batchId, content);
    for (const event of request.events) this.#count(request, { ...event, calls: 1 });
    for (const cell of request.cells) this.#count(request, { ...cell, calls: Number(cell.count) });
    return RecordUsageResponse.fromPartial(answer);
  }

  #count(request: RecordUsageRequest, item: Item): void {
    if (item.caller?.$case !== "keyId") throw new Error("whose call is this?");
    const customer = this.#customerOf(item.caller.value);
    const refused = item.refusal !== Refusal.UNSPECIFIED;
    if (!refused) customer.consumed += item.calls;
    const hold = request.holds[item.hold - 1];
    for (const { units } of hold?.units ?? []) {
      leaseOf(customer, hold?.gateId ?? "").landed += Number(units);
    }
    const { endpoint, method, status, calls } = item;
    const units = Number(item.units ?? calls);
    const responseBytes = Number(item.responseBytes);
    const { externalId } = customer;
    this.counted.push({
      externalId,
      endpoint,
      method,
      status,
      refused,
      calls,
      units,
      responseBytes,
    });
  }

  #limitOf(customer: Customer, exhausted: boolean) {
    const start = new Date(this.businessMs());
    start.setUTCDate(1);
    start.setUTCHours(0, 0, 0, 0);
    const end = new Date(start);
    end.setUTCMonth(end.getUTCMonth() + 1);
    return {
      ...{ limitId: customer.counterId, counterId: customer.counterId, meterId: newId() },
      ...{ name: "monthly calls", version: 1n, window: Window.MONTH, exhausted },
      ...{ windowStartTime: start, resetTime: end, enforcement: Enforcement.HARD },
      ...{ limit: BigInt(customer.limit ?? 0), consumed: BigInt(customer.consumed) },
      ...{ remaining: BigInt(roomOf(customer)), costPerCall: 1n },
      refusal: Refusal.QUOTA_EXHAUSTED,
    };
  }

  #customerOf(keyId: string): Customer {
    const customer = this.#customers.get(keyId);
    if (customer === undefined) throw new Error(`key ${keyId} is unknown`);
    return customer;
  }
}

type Item = Pick<
  RecordUsageRequest["events"][number],
  "caller" | "endpoint" | "method" | "status" | "refusal" | "hold" | "units" | "responseBytes"
> & { calls: number };

function leaseOf(customer: Customer, gateId: string): Lease {
  const lease = customer.leases.get(gateId) ?? { granted: 0, returned: 0, landed: 0 };
  customer.leases.set(gateId, lease);
  return lease;
}

function roomOf({ limit = 0, consumed, leases }: Customer): number {
  const leased = [...leases.values()].reduce((sum, { granted, returned, landed }) => {
    return sum + granted - returned - landed;
  }, 0);
  return limit - consumed - leased;
}
