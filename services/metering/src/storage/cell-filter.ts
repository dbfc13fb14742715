import type { UsageFilter } from "../app/usage-query-store.ts";
import type { Binds } from "./binds.ts";

/**
 * The conditions that a filter puts on `usage_cell c`. Only what was asked for is in the text, so
 * that each kind of filter gets a plan of its own.
 */
export function cellFilter(filter: UsageFilter, binds: Binds): string {
  const { customerIds, keyIds, endpoints, methods, statusClasses, test } = filter;
  const parts = [`c.test = ${binds.add(test)}`];
  const oneOf = (column: string, type: string, values: readonly unknown[]) => {
    if (values.length > 0) parts.push(`c.${column} = any(${binds.add(values)}::${type}[])`);
  };
  oneOf("customer_id", "uuid", customerIds);
  oneOf("key_id", "uuid", keyIds);
  oneOf("endpoint", "text", endpoints);
  oneOf("method", "text", methods);
  oneOf("status_class", "smallint", statusClasses);
  return parts.join(" and ");
}
