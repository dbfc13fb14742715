import type { Clock } from "@tollbook/domain";
import type { Logger } from "@tollbook/service";
import type { MessageCodec } from "@tollbook/service/storage";
import type { CounterKey } from "../domain/counter.ts";
import type { Fact } from "../domain/fact.ts";
import type { AskAgain } from "../domain/grant.ts";
import type { WayPast } from "../domain/units-past.ts";
import type { CellDimensions } from "../domain/usage-fold.ts";
import type { CorrectionStore } from "./correction-store.ts";
import type { FenceStore } from "./fence-store.ts";
import type { FoldStore } from "./fold-store.ts";
import type { MeterQueryStore } from "./meter-query-store.ts";
import type { MeterStore } from "./meter-store.ts";
import type { NoticeStore } from "./notice-store.ts";
import type { QuotaStore, ThresholdStore } from "./quota-store.ts";
import type { RateStore } from "./rate-store.ts";
import type { RawEventStore } from "./raw-event-store.ts";
import type { ReconciliationStore } from "./reconciliation-store.ts";
import type {
  CustomerNames,
  KeyNames,
  ReferenceStore,
  ToldCustomer,
  ToldEntitlement,
  ToldKey,
} from "./reference-store.ts";
import type { SealStore } from "./seal-store.ts";
import type { UsageQueryStore } from "./usage-query-store.ts";
import type { UsageStore } from "./usage-store.ts";
import type { UsageWatch } from "./usage-watch.ts";

/** One account's rows in one transaction. */
export interface Store {
  readonly accountId: string;
  readonly usage: UsageStore;
  readonly corrections: CorrectionStore;
  readonly fences: FenceStore;
  readonly quotas: QuotaStore;
  readonly rates: RateStore;
  readonly thresholds: ThresholdStore;
  readonly references: ReferenceStore;
  readonly seals: SealStore;
  readonly queries: UsageQueryStore;
  readonly meters: MeterStore;
  readonly meterQueries: MeterQueryStore;
  readonly rawEvents: RawEventStore;
  readonly folds: FoldStore;
  readonly notices: NoticeStore;
  readonly reconciliation: ReconciliationStore;
  /** Puts a fact into the outbox. */
  announce(fact: Fact): void;
  /** Shows operators what came after its period was sealed, once it is committed. */
  noteLate(calls: bigint): void;
  /** The same for what came past hard limits. */
  notePast(units: ReadonlyMap<WayPast, bigint>): void;
}

/** A change that is asked for under an id of the caller, and the ways of its messages to bytes. */
export interface RepeatableRequest<Req, Res> {
  /** The RPC, such as "CreateMeter": the same id for another RPC is a mistake. */
  readonly rpc: string;
  /** With the id; empty if it may not be repeated. */
  readonly request: Req & { readonly requestId: string };
  readonly requestCodec: MessageCodec<Req>;
  readonly responseCodec: MessageCodec<Res>;
}

/** Metering's database. */
export interface Storage {
  /** One transaction of one account; run again on deadlocks, so nothing but the store in it. */
  inAccount<T>(accountId: string, work: (store: Store) => Promise<T>): Promise<T>;
  /** The same, reading only, and all of it as it was at one moment. */
  snapshotOf<T>(accountId: string, work: (store: Store) => Promise<T>): Promise<T>;
  /**
   * The same, once for each request id: a repeat is given the first answer. Throws "invalid"
   * ID_MALFORMED, "conflict" REQUEST_ID_REUSED.
   */
  once<Req, Res>(
    accountId: string,
    repeatable: RepeatableRequest<Req, Res>,
    work: (store: Store) => Promise<Res>,
  ): Promise<Res>;
  /** Drops answers whose repeats would be new requests; true if there are more. */
  forgetAnswers(): Promise<boolean>;
  /**
   * Of endpoints that usage comes for, those that are too many for the account to be told apart;
   * the others are known from now on. Committed before it is given.
   */
  endpointsPastGuard(accountId: string, endpoints: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Numbers of cells, made if they are new; committed before they are given. */
  internCells(
    accountId: string,
    items: readonly CellDimensions[],
  ): Promise<ReadonlyMap<CellDimensions, number>>;
  /** Makes partitions for usage of about now, and drops those past their time. */
  keepPartitions(): Promise<void>;
  /** Accounts and counters with expired leases that have units out. */
  countersWithExpiredLeases(): Promise<{ accountId: string; counterId: string }[]>;
  /** Units stranded in windows that still run, of all accounts. */
  strandedUnits(now: Date): Promise<bigint>;
  /** Counters of windows that still run, with units stranded on leases that expired so long ago. */
  countersToReclaim(
    expiredSinceMs: number,
    now: Date,
  ): Promise<{ accountId: string; counter: CounterKey }[]>;
  /** Accounts whose usage up to a time is not all in day rollups, those furthest behind first. */
  accountsToFold(until: Date): Promise<string[]>;
  /** Accounts whose hours up to a time were not all looked at for what is unusual. */
  accountsToNotice(until: Date): Promise<string[]>;
  /** Accounts whose last proof is oldest, or that were never proved. */
  accountsToProve(count: number): Promise<string[]>;
  /** Drops counters long over, with their leases and thresholds; true if there are more. */
  dropOldCounters(now: Date): Promise<boolean>;
  /** Drops marks of usage taken back that is too old to be taken back again. */
  dropOldCorrections(): Promise<void>;
  /** Drops shares of gates long gone, and buckets nobody asked for in weeks. */
  dropOldShares(): Promise<void>;
}

/** What auth knows of keys and customers. Throws "unavailable" when it cannot be asked. */
export interface Directory {
  describeKeys(accountId: string, names: KeyNames): Promise<ToldKey[]>;
  /** The customers that exist, of those asked for. */
  describeCustomers(accountId: string, names: CustomerNames): Promise<ToldCustomer[]>;
}

/** What billing knows of customers. Throws "unavailable" when it cannot be asked. */
export interface Entitlements {
  describe(
    accountId: string,
    customerIds: readonly string[],
  ): Promise<{ entitlements: ToldEntitlement[]; knownCustomerIds: string[] }>;
}

/** Delays and lifetimes that operators may set. */
export interface MeteringSettings extends AskAgain {
  /** After a period's end usage may still be on its way for so long. */
  readonly sealDelayMs: number;
  /** A gate that says nothing for so long has its units stranded. */
  readonly leaseLifetimeMs: number;
  /** Stranded units are granted to others so long after their lease ended; 0: never. */
  readonly reclaimAfterMs: number;
  /** Single calls are kept for the live log for so many days; 0: not at all. */
  readonly rawEventDays: number;
  /** Quarter hours are summed into days when they ended so long ago. */
  readonly foldDelayMs: number;
  /** A customer who used to call is silent after so long; 0: never told. */
  readonly silentAfterMs: number;
  /** So many times the usual is a spike; 0: never told. */
  readonly spikeFactor: number;
  /** Fewer calls in an hour are none. */
  readonly spikeCallsMin: number;
}

/** Everything the verbs ask of the outside. */
export interface Needs {
  readonly storage: Storage;
  readonly directory: Directory;
  readonly entitlements: Entitlements;
  readonly clock: Clock;
  readonly settings: MeteringSettings;
  readonly logger: Logger;
  readonly watch: UsageWatch;
}
