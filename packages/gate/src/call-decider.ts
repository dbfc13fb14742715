import type { Admission } from "./admission.ts";
import { UNKNOWN } from "./admission.ts";
import { Bundle } from "./bundle.ts";
import { BundleRegistry } from "./bundle-registry.ts";
import { hashKey } from "./customer-key.ts";
import type { Finding } from "./decision.ts";
import { dateOf, decide } from "./decision.ts";
import type { GateCall, Verdict } from "./gate-call.ts";
import { checkPlace, checkUnits } from "./gate-call.ts";
import type { GateCounts } from "./gate-counts.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import type { KeyDirectory, KeyFound } from "./key-directory.ts";
import type { KeyEntry } from "./key-entry.ts";
import type { KeyRecord } from "./key-record.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { FailureMode } from "./lease-protocol.ts";
import { Place } from "./place.ts";
import { standingRefusal } from "./standing.ts";
import { bundleMode, withinBudget } from "./unanswered.ts";
import type { UsageRecorder } from "./usage-recorder.ts";
import type { VerdictHost } from "./verdict.ts";
import { GateVerdict } from "./verdict.ts";

/** What the decider works with. */
export interface DeciderParts {
  readonly environment: GateEnvironment;
  readonly directory: KeyDirectory;
  readonly keeper: LeaseKeeper;
  readonly recorder: UsageRecorder;
  readonly counts: GateCounts;
  readonly host: VerdictHost;
  readonly accountMode: () => FailureMode;
}

/** Leads a call through its questions: which key, does it stand, is there room. */
export class CallDecider {
  readonly #parts: DeciderParts;
  readonly #bundles = new BundleRegistry();

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** See `Gate.check`. */
  check(call: GateCall): Verdict | Promise<Verdict> {
    const { environment, directory } = this.#parts;
    if (call.units !== undefined) checkUnits(call.units);
    const now = environment.elapsed.now();
    if (call.key !== undefined) {
      const entry = directory.recall(call.key, now);
      if (entry !== undefined) return this.#decide(call, entry, now, now);
    }
    checkPlace(call.method, call.endpoint);
    return this.#find(call, now);
  }

  #find(call: GateCall, now: number): Verdict | Promise<Verdict> {
    const { environment, directory } = this.#parts;
    const { firstCallMs, mode } = environment.settings;
    const { key, keySha256 } = call;
    if (!key && keySha256 === undefined) return this.#conclude(call, "KEY_MISSING");
    const found = key
      ? directory.find(key, now, firstCallMs)
      : directory.findBySha256(keySha256 ?? "", now, firstCallMs);
    if (!(found instanceof Promise)) return this.#decideFound(call, found, now);
    if (mode === "meter-only") return this.#decideFound(call, { kind: "unavailable" }, now);
    return found.then((known) => this.#decideFound(call, known, now));
  }

  #decideFound(call: GateCall, found: KeyFound, startedAt: number): Verdict | Promise<Verdict> {
    if (found.kind === "malformed") return this.#conclude(call, "KEY_MALFORMED");
    if (found.kind === "unknown") return this.#conclude(call, "KEY_UNKNOWN");
    const now = this.#parts.environment.elapsed.now();
    if (found.kind === "unavailable") {
      return this.#conclude(call, "UNAVAILABLE", this.#strangersPlace(call, now));
    }
    if (found.trusted) return this.#decide(call, found.entry, now, startedAt);
    const place = this.#placeOf(call, found.entry, now);
    return this.#conclude(call, this.#withinBudget(place.bundle), place, found.entry.record);
  }

  #decide(
    call: GateCall,
    entry: KeyEntry,
    now: number,
    startedAt: number,
  ): Verdict | Promise<Verdict> {
    const { environment, directory } = this.#parts;
    const place = this.#placeOf(call, entry, now);
    const businessMs = environment.business.at(now);
    const { account } = directory;
    const { record } = entry;
    place.bundle.keyId = entry.keyId;
    const code = standingRefusal(entry, account, place.inScope, call.sourceAddress, businessMs);
    if (code !== undefined) return this.#conclude(call, code, place, record);
    const finding =
      environment.settings.mode === "meter-only"
        ? UNJUDGED
        : this.#admit(call, place, now, now - startedAt);
    if (!(finding instanceof Promise)) {
      return this.#conclude(call, finding, place, record, businessMs);
    }
    return finding.then((known) => this.#conclude(call, known, place, record));
  }

  #admit(
    call: GateCall,
    { bundle }: Place,
    now: number,
    spentMs: number,
  ): Admission | Promise<Admission> {
    const { environment, keeper, recorder } = this.#parts;
    const { firstCallMs, leaseWaitMs } = environment.settings;
    const leftMs = bundle.terms === undefined ? firstCallMs - spentMs : 0;
    const waitMs = Math.max(leftMs, leaseWaitMs);
    if (call.count === "never") return keeper.look(bundle, now, waitMs);
    if (!recorder.full) bundle.overflowCalls = 0;
    else if (!this.#mayOverflow(bundle)) return UNKNOWN;
    return keeper.admit(bundle, now, waitMs);
  }

  /** The recorder is full: the failure mode says how many calls it must still take. */
  #mayOverflow(bundle: Bundle): boolean {
    const mode = bundleMode(bundle.terms, this.#parts.accountMode());
    bundle.overflowCalls += 1;
    return mode.kind === "open" && bundle.overflowCalls <= mode.budgetCalls;
  }

  #conclude(
    call: GateCall,
    finding: Finding,
    place?: Place,
    caller?: KeyRecord,
    businessMs = this.#businessMs(),
  ): Verdict {
    const { environment, counts, host } = this.#parts;
    const decision = decide(finding, environment.settings.mode, counts);
    const held =
      typeof finding === "object" && finding.kind === "admitted" ? finding.hold : undefined;
    // A look takes nothing, whatever it finds.
    const hold = call.count === "never" ? undefined : held;
    const at = dateOf(finding, businessMs);
    const verdict = new GateVerdict(host, call, at, decision, hold, place, caller);
    if (decision.refusal !== undefined) verdict.settle(REFUSED);
    else if (decision.allowed && call.count !== "later") {
      verdict.settle({ status: call.status });
    }
    return verdict;
  }

  #placeOf(call: GateCall, entry: KeyEntry, now: number): Place {
    const { method, endpoint, units = 1 } = call;
    const known = entry.placeOf(method, endpoint, units);
    if (known !== undefined) return known;
    return entry.keepPlace(this.#bundles.placeOf(entry.record, method, endpoint, units, now));
  }

  /** Where a call is counted whose key could not be resolved, if it is let through at all. */
  #strangersPlace(call: GateCall, now: number): Place | undefined {
    if (this.#parts.environment.settings.mode === "enforce") return undefined;
    const { endpoint, method, units = 1 } = call;
    const keySha256 = call.key ? hashKey(call.key) : (call.keySha256 ?? "");
    const group = { customerId: "", test: false, endpoint, method, unitsPerCall: units };
    const caller = { keySha256 };
    return new Place({ caller, endpoint, method }, new Bundle(group, "", now), true);
  }

  #withinBudget(bundle: Bundle): Admission {
    const accountMode = this.#parts.accountMode();
    return withinBudget(bundle, bundleMode(bundle.terms, accountMode));
  }

  #businessMs(): number {
    const { business, elapsed } = this.#parts.environment;
    return business.at(elapsed.now());
  }
}

/** In mode meter-only nobody is asked whether there is room. */
const UNJUDGED = "ALLOWED";
const REFUSED = {};
