import { createHash, randomBytes } from "node:crypto";
import { type Interval, interval, monthContaining, newId } from "@tollbook/domain";
import type { LeaseAnswer } from "../src/app/lease-answer.ts";
import type { LeaseAsk } from "../src/app/lease-request.ts";
import type { TakenBatch } from "../src/app/record-usage.ts";
import type { ToldEntitlement, ToldKey } from "../src/app/reference-store.ts";
import type { KnownLease } from "../src/domain/lease.ts";
import type { Quota } from "../src/domain/quota.ts";
import { UsageHeadings } from "../src/domain/usage-heading.ts";
import type { Hold, UsageBatch } from "../src/domain/usage-item.ts";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { reported, type TestItem } from "./test-item.ts";
import { accountsOf, type TestMetering } from "./test-metering.ts";

/** A customer with a key and perhaps a subscription. */
export interface TestCustomer {
  readonly customerId: string;
  readonly keyId: string;
  readonly keySha256: string;
  readonly subscriptionId: string;
}

export const ZONE = "Asia/Kolkata";

/** An account of one test, and its everyday doings. */
export class TestAccount {
  readonly accountId = newId();
  readonly metering: TestMetering;

  constructor(metering: TestMetering) {
    this.metering = metering;
  }

  /** A customer known to auth and billing; metering hears of it when it asks. */
  customer(key: Partial<ToldKey> = {}): TestCustomer {
    const { neighbours } = this.metering;
    const [customerId, keyId, subscriptionId] = [newId(), newId(), newId()];
    const keySha256 = randomBytes(32).toString("hex");
    const told = { keyId, customerId, subscriptionId: undefined, test: false, keySha256 };
    neighbours.keys.set(keyId, { ...told, limits: [], version: 1n, ...key });
    neighbours.customers.add(customerId);
    accountsOf.set(keyId, this.accountId).set(customerId, this.accountId);
    return { customerId, keyId, keySha256, subscriptionId };
  }

  /** Another key of a customer. */
  key(customer: TestCustomer, key: Partial<ToldKey> = {}): string {
    const { keyId = newId() } = key;
    const { customerId } = customer;
    const told = { keyId, customerId, subscriptionId: undefined, test: false };
    const rest = { keySha256: undefined, limits: [], version: 1n };
    this.metering.neighbours.keys.set(keyId, { ...told, ...rest, ...key });
    accountsOf.set(keyId, this.accountId);
    return keyId;
  }

  /** A monthly limit unless told otherwise. */
  limit(customer: TestCustomer, quota: bigint, terms: Partial<LimitTerms> = {}): LimitTerms {
    const { customerId, subscriptionId } = customer;
    return {
      ...{ limitId: newId(), name: "monthly calls", customerId, subjectId: subscriptionId },
      ...{ meterId: this.accountId, window: "month", quota, hard: true, headroomPercent: 0 },
      ...{ failureMode: "default", openBudgetCalls: 0n },
      ...terms,
    };
  }

  entitlement(customer: TestCustomer, told: Partial<ToldEntitlement> = {}): ToldEntitlement {
    const { customerId, subscriptionId } = customer;
    const month = this.month();
    return {
      ...{ customerId, subscriptionId, isDefault: true, timeZone: ZONE, planName: "Free" },
      ...{ startTime: month.start, endTime: undefined, thresholdPercents: [80, 100] },
      ...{ periods: [month, nextMonth(month)], limits: [], version: 1n, revision: 1n },
      ...told,
    };
  }

  /** Tells billing of it; metering asks. */
  entitle(customer: TestCustomer, told: Partial<ToldEntitlement> = {}): ToldEntitlement {
    const entitlement = this.entitlement(customer, told);
    this.metering.neighbours.entitlements.set(customer.subscriptionId, entitlement);
    return entitlement;
  }

  /** The running month in India. */
  month(): Interval {
    return monthContaining(this.metering.clock.now(), ZONE);
  }

  record(items: readonly TestItem[], batch: Partial<UsageBatch> = {}): Promise<TakenBatch> {
    return this.metering.app.recordUsage(this.accountId, batchOf(items, batch));
  }

  event(customer: { keyId: string }, item: Partial<TestItem> = {}): TestItem {
    return {
      ...this.#item({ kind: "key", keyId: customer.keyId }),
      ...{ kind: "event", eventId: newId(), time: this.metering.clock.now() },
      ...item,
    };
  }

  cell(customer: { keyId: string }, count: bigint, item: Partial<TestItem> = {}): TestItem {
    const minute = Math.floor(this.metering.clock.now().getTime() / 60_000) * 60_000;
    return {
      ...this.#item({ kind: "key", keyId: customer.keyId }),
      ...{ kind: "cell", eventId: "", time: new Date(minute), count, units: count },
      ...item,
    };
  }

  acquire(
    gateId: string,
    customer: { keyId: string },
    wantedCalls: number,
    known: readonly KnownLease[] = [],
  ): Promise<LeaseAnswer> {
    return this.acquireAll(gateId, [askOf(customer.keyId, wantedCalls)], known);
  }

  acquireAll(gateId: string, asks: readonly LeaseAsk[], known: readonly KnownLease[] = []) {
    return this.metering.app.acquireLeases(this.accountId, { gateId, asks, known, shares: [] });
  }

  async quota(customer: TestCustomer, limit: { limitId: string }): Promise<Quota> {
    const name = { limitId: limit.limitId, customerId: customer.customerId, subjectId: "" };
    const quota = await this.metering.app.getQuota(this.accountId, name);
    if (!("span" in quota)) throw new Error("this is a rate");
    return quota;
  }

  /** Types of all events told so far, in order. */
  async told(): Promise<string[]> {
    const text = "select type from outbox where account_id = $1 order by number";
    const rows = await this.metering.look<{ type: string }>(text, [this.accountId]);
    return rows.map(({ type }) => type.split(".").at(-1) ?? "");
  }

  #item(caller: TestItem["caller"]): TestItem {
    return {
      ...{
        kind: "event",
        index: 0,
        eventId: "",
        foreign: false,
        caller,
        endpoint: "/v1/forecast/{city}",
      },
      ...{ method: "GET", status: 200, time: undefined, count: 1n, units: 1n },
      ...{ requestBytes: 100n, responseBytes: 900n, latency: [], properties: {} },
      ...{ refused: false, hold: undefined, corrects: undefined },
    };
  }
}

/** A batch with its items in their places, and the hash of what they say. */
export function batchOf(items: readonly TestItem[], batch: Partial<UsageBatch> = {}): UsageBatch {
  const counts = { event: 0, cell: 0 };
  const placed = items.map((item) => {
    const index = counts[item.kind];
    counts[item.kind] += 1;
    return { ...item, index };
  });
  const text = JSON.stringify(placed, (_, value) => {
    return typeof value === "bigint" ? String(value) : value;
  });
  const contentSha256 = createHash("sha256").update(text).digest();
  const headings = new UsageHeadings();
  const whole = placed.map((item) => reported(item, headings));
  return { batchId: newId(), recorderId: newId(), contentSha256, items: whole, ...batch };
}

export function askOf(keyId: string, wantedCalls: number): LeaseAsk {
  return { keyId, endpoint: "/v1/forecast/{city}", method: "GET", wantedCalls, unitsPerCall: 1n };
}

export function holdOf(gateId: string, counterId: string, units: bigint): Hold {
  return { gateId, units: [{ counterId, units }] };
}

function nextMonth({ end }: Interval): Interval {
  return interval(end, monthContaining(end, ZONE).end);
}
