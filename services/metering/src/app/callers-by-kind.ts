import type { CallerName } from "../domain/usage-heading.ts";

/** A caller named as a customer, and not by a key. */
export type CustomerName = Extract<CallerName, { kind: "customer" | "external-customer" }>;

export function isCustomer(name: CallerName): name is CustomerName {
  return name.kind === "customer" || name.kind === "external-customer";
}

/** Those named as customers, by what names them. */
export function customerNames(names: readonly CallerName[]) {
  return {
    customerIds: names.flatMap((name) => (name.kind === "customer" ? [name.customerId] : [])),
    externalIds: names.flatMap((name) => {
      return name.kind === "external-customer" ? [name.externalId] : [];
    }),
  };
}

/** Those named by keys, by what names them. */
export function keyNames(names: readonly CallerName[]) {
  return {
    keyIds: names.flatMap((name) => (name.kind === "key" ? [name.keyId] : [])),
    keySha256s: names.flatMap((name) => (name.kind === "key-hash" ? [name.keySha256] : [])),
  };
}
