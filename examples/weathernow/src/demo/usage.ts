import type { Customer } from "./account.ts";
import type { Line } from "./ledger.ts";
import { month } from "./story.ts";
import type { WebDoor } from "./web-door.ts";

interface UsageRow {
  group?: { customerId?: string; endpoint?: string; statusClass?: number };
  calls?: string;
  refused?: string;
}

/** What Tollbook counted in the month, in the ledger's own form. */
export async function countedLines(
  owner: WebDoor,
  customers: readonly Customer[],
): Promise<Line[]> {
  const dimensions = ["CUSTOMER", "ENDPOINT", "STATUS_CLASS"];
  const groupBy = dimensions.map((name) => `USAGE_DIMENSION_${name}`);
  const query = { ...month, groupBy };
  const { rows = [] } = await owner.post<{ rows?: UsageRow[] }>("/v1/usage:query", query);
  return rows.map(({ group = {}, calls = "0", refused = "0" }) => {
    const customer = customers.find(({ customerId }) => customerId === group.customerId);
    return {
      externalId: customer?.externalId ?? `unknown customer ${group.customerId}`,
      endpoint: group.endpoint ?? "",
      statusClass: group.statusClass ?? 0,
      calls: Number(calls),
      refused: Number(refused),
      undecided: 0,
    };
  });
}

/** Units consumed of a customer's only limit. */
export async function consumedOf(owner: WebDoor, { customerId }: Customer): Promise<string> {
  const path = `/v1/quotas?customerId=${customerId}`;
  const { quotas = [] } = await owner.get<{ quotas?: { consumed?: string }[] }>(path);
  return quotas[0]?.consumed ?? "0";
}
