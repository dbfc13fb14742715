import type { CallerName } from "../domain/usage-heading.ts";

type Kind = CallerName["kind"];

/** The callers of one batch, by the words they are named with. */
export class CallerNames {
  readonly #known: Readonly<Record<Kind, Map<string, CallerName>>> = {
    key: new Map(),
    "key-hash": new Map(),
    customer: new Map(),
    "external-customer": new Map(),
  };

  /** The caller of this name; ids are the same in capitals. */
  of(kind: Kind, text: string): CallerName {
    const known = this.#known[kind].get(text);
    if (known !== undefined) return known;
    const caller = newCaller(kind, text);
    this.#known[kind].set(text, caller);
    return caller;
  }
}

function newCaller(kind: Kind, text: string): CallerName {
  switch (kind) {
    case "key":
      return { kind, keyId: text.toLowerCase() };
    case "key-hash":
      return { kind, keySha256: text };
    case "customer":
      return { kind, customerId: text.toLowerCase() };
    case "external-customer":
      return { kind, externalId: text };
  }
}
