import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What follows one call through the process, and from there into logs, calls and events. */
export interface CallScope {
  /** W3C trace context of this call: `00-<trace id>-<span id>-<flags>`. */
  readonly traceparent: string;
  /** Milliseconds since 1970 on the wall clock after which nobody waits for the answer. */
  readonly deadlineMs?: number | undefined;
}

const scopes = new AsyncLocalStorage<CallScope>();

/** The call being served, if any. */
export function currentScope(): CallScope | undefined {
  return scopes.getStore();
}

/** The trace context to hand on to whoever is called or told next. */
export function currentTraceparent(): string | undefined {
  return scopes.getStore()?.traceparent;
}

/** The trace id of the call being served: what ties log lines of several services together. */
export function currentTraceId(): string | undefined {
  return scopes.getStore()?.traceparent.slice(3, 35);
}

/** Runs `work` as part of a trace: the one given, or a new one when it is absent or malformed. */
export function inTrace<T>(traceparent: string | undefined, work: () => T): T {
  return inScope(new IncomingScope(traceparent, undefined), work);
}

/** Runs `work`, and all it begins, as part of this call. */
export function inScope<T>(scope: CallScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The scope of a call that has come in; its span gets an id when somebody asks for it. */
export class IncomingScope implements CallScope {
  readonly deadlineMs: number | undefined;
  readonly #parent: string | undefined;
  #traceparent: string | undefined;

  constructor(parent: string | undefined, deadlineMs: number | undefined) {
    this.#parent = parent;
    this.deadlineMs = deadlineMs;
  }

  get traceparent(): string {
    this.#traceparent ??= nextSpan(this.#parent);
    return this.#traceparent;
  }
}

const traceparentForm = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A new span of the parent's trace, or of a new trace. */
export function nextSpan(parent: string | undefined): string {
  if (parent === undefined || !traceparentForm.test(parent)) {
    return `00-${hex()}-${hex().slice(16)}-01`;
  }
  return `${parent.slice(0, 36)}${hex().slice(16)}${parent.slice(52)}`;
}

/** 32 random hex digits; Node makes UUIDs from a pool, ten times faster than random bytes. */
function hex(): string {
  return randomUUID().replaceAll("-", "");
}
