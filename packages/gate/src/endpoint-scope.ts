import { matchesEndpoint } from "@tollbook/domain";

/** Whether one of a key's patterns allows the call. No patterns allow everything. */
export function mayCall(scopes: readonly string[], method: string, endpoint: string): boolean {
  return (
    scopes.length === 0 || scopes.some((pattern) => matchesEndpoint(pattern, method, endpoint))
  );
}
