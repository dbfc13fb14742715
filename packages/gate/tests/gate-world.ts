import { createGate } from "../src/create-gate.ts";
import { hashKey, makeKey } from "../src/customer-key.ts";
import type { Gate } from "../src/gate.ts";
import type { GateCall, Verdict } from "../src/gate-call.ts";
import type { RejectedUsage, TroubleKind } from "../src/gate-observer.ts";
import type { GatePorts } from "../src/gate-ports.ts";
import type { GateSettings } from "../src/gate-settings.ts";
import type { AccountState, ImportedFilter, KeyNews, KeyRecord } from "../src/key-record.ts";
import type { UsageBatch } from "../src/usage-protocol.ts";
import { FakeGateClock } from "./fake-gate-clock.ts";
import type { LimitRule } from "./reference-counter.ts";
import { ReferenceLedger } from "./reference-ledger.ts";

/**
 * What may become of one message: lost on its way there, or on its way back, with an error or
 * without; or taken twice, the second time half a second later.
 */
export type Fate = "arrives" | "request-lost" | "reply-lost" | "hangs" | "echoes";
/** The ports a message may come from. */
export type PortName = "resolveKey" | "acquireLeases" | "releaseLeases" | "recordUsage";

/** One account with its keys, its metering and any number of gates, on one fake clock. */
export class GateWorld {
  readonly clock = new FakeGateClock();
  /** Business time minus the wall clock. */
  travelledMs = 0;
  readonly ledger: ReferenceLedger;
  readonly records = new Map<string, KeyRecord>();
  readonly sent: { port: PortName; message: unknown }[] = [];
  readonly batches: UsageBatch[] = [];
  readonly troubles: TroubleKind[] = [];
  readonly rejected: RejectedUsage[] = [];
  lost = 0;
  /** How long a message takes, there and back each. */
  latencyMs = 1;
  /** Decides what becomes of each message. */
  fate: (port: PortName) => Fate = () => "arrives";
  /** Gates that were killed: nothing of theirs arrives any more. */
  readonly killed = new Set<number>();
  #gates = 0;
  /** Whether the streams of changes are open. */
  streaming = true;
  version = 1n;
  account: AccountState = { suspended: false, defaultFailureMode: "closed" };
  imported: ImportedFilter | undefined;
  readonly #streams = new Set<(news: KeyNews) => void>();
  readonly opened: (bigint | undefined)[] = [];

  constructor() {
    this.ledger = new ReferenceLedger(
      () => this.clock.monotonicMs(),
      () => this.businessMs(),
    );
  }

  businessMs(): number {
    return this.clock.wallMs() + this.travelledMs;
  }

  /** A key of a customer; the record can be overridden. */
  key(customerId: string, over: Partial<KeyRecord> = {}): string {
    const made = makeKey({ test: over.test ?? false });
    const keyId = over.keyId ?? `key-${this.records.size + 1}`;
    const record: KeyRecord = {
      ...{ keyId, customerId, customerExternalId: customerId, name: "key", test: false },
      ...{ state: "active", scopes: [], allowedCidrs: [], metadata: {}, hasOwnLimits: false },
      ...{ standing: "good" },
      ...{ version: 1n, customerVersion: 1n, ...over },
    };
    this.records.set(made.sha256, record);
    this.ledger.customerOfKey.set(keyId, customerId);
    if (record.test) this.ledger.testKeys.add(keyId);
    return made.key;
  }

  /** Changes a key's record and tells every gate. */
  change(key: string, over: Partial<KeyRecord>): void {
    const sha256 = hashKey(key);
    const record = this.records.get(sha256);
    if (record === undefined) throw new Error("no such key");
    const changed = { ...record, version: record.version + 1n, ...over };
    this.records.set(sha256, changed);
    this.tell({ kind: "key", key: changed });
  }

  /** Sends news on every open stream. */
  tell(news: { kind: KeyNews["kind"] } & Record<string, unknown>): void {
    this.version += 1n;
    const stamped = { version: this.version, businessMs: this.businessMs(), ...news } as KeyNews;
    for (const send of this.#streams) send(stamped);
  }

  limit(rule: Omit<LimitRule, "window"> & Partial<Pick<LimitRule, "window">>): LimitRule {
    const full = { window: "total" as const, ...rule };
    this.ledger.rules.push(full);
    return full;
  }

  /** A gate that has started. */
  gate(settings: Partial<GateSettings> = {}): Gate {
    const gate = createGate({
      settings,
      clock: this.clock,
      ports: this.ports(this.#gates++),
      random: () => 0.5,
      observer: {
        trouble: (kind) => this.troubles.push(kind),
        usageLost: (calls) => {
          this.lost += calls;
        },
        usageRejected: (rejected) => this.rejected.push(rejected),
      },
    });
    gate.start();
    return gate;
  }

  /** Checks one call and waits for the verdict. */
  async check(gate: Gate, call: Partial<GateCall>): Promise<Verdict> {
    return this.clock.until(gate.check({ endpoint: "/v1/forecast", method: "GET", ...call }));
  }

  /** Messages sent to a port. */
  count(port: PortName): number {
    return this.sent.filter((message) => message.port === port).length;
  }

  ports(gate: number): GatePorts {
    const alive = () => !this.killed.has(gate);
    const carry = <T>(port: PortName, message: unknown, commit: () => T): Promise<T> =>
      alive() ? this.#carry(port, message, commit) : new Promise(() => {});
    return {
      resolveKey: (sha256) => {
        return carry("resolveKey", sha256, () => this.records.get(sha256));
      },
      watchKeys: (since, signal) => this.#watch(since, signal),
      acquireLeases: (request) => {
        return carry("acquireLeases", request, () => this.ledger.acquire(request));
      },
      releaseLeases: (release) => {
        return carry("releaseLeases", release, () => this.ledger.release(release));
      },
      recordUsage: (batch) => {
        this.batches.push(batch);
        return carry("recordUsage", batch, () => this.ledger.record(batch));
      },
    };
  }

  async #carry<T>(port: PortName, message: unknown, commit: () => T): Promise<T> {
    this.sent.push({ port, message });
    const fate = this.fate(port);
    await this.#pause(this.latencyMs);
    if (fate === "request-lost") throw new Error("connection refused");
    const answer = commit();
    if (fate === "hangs") return new Promise(() => {});
    if (fate === "echoes") this.clock.after(500, commit);
    await this.#pause(this.latencyMs);
    if (fate === "reply-lost") throw new Error("connection reset");
    return answer;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  async *#watch(since: bigint | undefined, signal: AbortSignal): AsyncIterable<KeyNews> {
    this.opened.push(since);
    if (!this.streaming) throw new Error("connection refused");
    const queue: KeyNews[] = [];
    let wake = () => {};
    const send = (news: KeyNews) => {
      if (this.streaming) queue.push(news);
      wake();
    };
    const beat = () => {
      const { version, imported } = this;
      send({ kind: "heartbeat", version, businessMs: this.businessMs(), imported });
      cancel = this.clock.after(5_000, beat);
    };
    let cancel = this.clock.after(5_000, beat);
    this.#streams.add(send);
    signal.addEventListener("abort", () => wake());
    const { version, imported, account } = this;
    send({ kind: "heartbeat", version, businessMs: this.businessMs(), imported });
    send({ kind: "account", version, businessMs: this.businessMs(), account });
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      cancel();
      this.#streams.delete(send);
    }
  }
}
