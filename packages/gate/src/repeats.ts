import { DomainError } from "@tollbook/domain";
import { LRUCache } from "lru-cache";
import type { GateCall, Verdict } from "./gate-call.ts";

/** Calls with a request id that are remembered; a later repeat is told apart by metering. */
const REPEATS_MAX = 10_000;

/** Calls that were let through under a request id: a repeat is the same call and costs nothing. */
export class Repeats {
  readonly #seen = new LRUCache<string, { call: GateCall; verdict: Verdict | Promise<Verdict> }>({
    max: REPEATS_MAX,
  });

  /**
   * The verdict of the same call, if there was one. Throws a "conflict" DomainError
   * REQUEST_ID_REUSED if the id belonged to another call.
   */
  find(requestId: string, call: GateCall): Verdict | Promise<Verdict> | undefined {
    const seen = this.#seen.get(requestId);
    if (seen === undefined || isSame(seen.call, call)) return seen?.verdict;
    const sentence = "This request id was used for another call.";
    throw new DomainError("conflict", "REQUEST_ID_REUSED", sentence, { requestId });
  }

  /** Remembers a verdict; a refusal is forgotten as soon as it is known to be one. */
  remember(requestId: string, call: GateCall, verdict: Verdict | Promise<Verdict>): void {
    this.#seen.set(requestId, { call, verdict });
    if (verdict instanceof Promise) void verdict.then((known) => this.#settle(requestId, known));
    else this.#settle(requestId, verdict);
  }

  #settle(requestId: string, verdict: Verdict): void {
    if (!verdict.allowed) this.#seen.delete(requestId);
  }
}

function isSame(one: GateCall, other: GateCall): boolean {
  return (
    one.key === other.key &&
    one.keySha256 === other.keySha256 &&
    one.endpoint === other.endpoint &&
    one.method === other.method &&
    (one.units ?? 1) === (other.units ?? 1) &&
    (one.count ?? "now") === (other.count ?? "now")
  );
}
