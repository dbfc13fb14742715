import type { KeyRecord, Verdict } from "@tollbook/gate";

/** What the host's handlers know of a call, as `request.tollbook`. */
export interface TollbookCall {
  /** Who calls; undefined where a mode lets a call pass whose key is not known. */
  readonly customer: { readonly id: string; readonly externalId: string } | undefined;
  /** By which key; `metadata` are your own labels. */
  readonly key:
    | {
        readonly id: string;
        readonly name: string;
        readonly test: boolean;
        readonly metadata: Readonly<Record<string, string>>;
      }
    | undefined;
  /** The customer's plan, by name. */
  readonly plan: string | undefined;
  /** Units left after this call on the tightest hard limit; undefined if none applies. */
  readonly remaining: number | undefined;
  /** Adds units to what this call costs on meters that sum units: whole, 0 or more. */
  add(units: number): void;
}

declare global {
  // biome-ignore lint/style/noNamespace: this is how Express lets its request be extended.
  namespace Express {
    interface Request {
      /** What Tollbook knows of this call; undefined for calls it was told to skip. */
      tollbook?: TollbookCall;
    }
  }
}

/** A call that passed; everything it tells is worked out when it is asked. */
export class PassedCall implements TollbookCall {
  readonly #verdict: Verdict;
  readonly #declared: number;
  #added = 0;

  /** `declared` is what the call reserved. */
  constructor(verdict: Verdict, declared: number) {
    this.#verdict = verdict;
    this.#declared = declared;
  }

  get customer() {
    const { caller } = this.#verdict;
    return caller && { id: caller.customerId, externalId: caller.customerExternalId };
  }

  get key() {
    return this.#verdict.caller && keyOf(this.#verdict.caller);
  }

  get plan() {
    return this.#verdict.planName;
  }

  get remaining() {
    const hard = this.#verdict.limits.filter((limit) => limit.hard);
    if (hard.length === 0) return undefined;
    return Math.max(0, Math.min(...hard.map(({ remaining }) => Number(remaining))));
  }

  /** Units of the call, as declared and added. */
  get units(): number {
    return this.#declared + this.#added;
  }

  add(units: number): void {
    if (!Number.isSafeInteger(units) || units < 0) return;
    this.#added += units;
  }
}

function keyOf({ keyId: id, name, test, metadata }: KeyRecord) {
  return { id, name, test, metadata };
}
