import { useEffect } from "preact/hooks";
import { listAll } from "../../api/list-all.ts";
import type { Customer, UsageRow } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import type { Range } from "../../format/zone-calendar.ts";
import { Show } from "../../parts/loading.tsx";
import { loadGroups } from "./load-usage.ts";
import { UsageTable } from "./usage-table.tsx";

/** The customers with the most calls in a range. */
export function UsageByCustomer({ range }: { range: Range }) {
  const usage = useLoaded(async () => {
    const [rows, customers] = await Promise.all([
      loadGroups(range, ["CUSTOMER"]),
      listAll<Customer>("/v1/customers", "customers"),
    ]);
    return { rows, names: new Map(customers.items.map((item) => [item.customerId, item.name])) };
  });
  useReloadOn(range, usage.reload);
  return (
    <section class="panel">
      <h2>By customer</h2>
      <Show of={usage}>
        {({ rows, names }) => (
          <UsageTable rows={rows} heading="Customer" name={(row) => customerName(row, names)} />
        )}
      </Show>
    </section>
  );
}

/** The endpoints with the most calls in a range, of one customer or of all. */
export function UsageByEndpoint(props: { title: string; range: Range; customerId?: string }) {
  const { title, range, customerId } = props;
  const usage = useLoaded(() => loadGroups(range, ["ENDPOINT", "METHOD"], customerId));
  useReloadOn(range, usage.reload);
  return (
    <section class="panel">
      <h2>{title}</h2>
      <Show of={usage}>
        {(rows) => <UsageTable rows={rows} heading="Endpoint" name={endpointName} />}
      </Show>
    </section>
  );
}

/** A range is a new object whenever the figures above it were read again. */
function useReloadOn(range: Range, reload: () => void): void {
  useEffect(() => reload(), [range, reload]);
}

function customerName({ group }: UsageRow, names: Map<string, string>) {
  if (group?.other) return "All others";
  const customerId = group?.customerId ?? "";
  return <a href={`/customers/${customerId}`}>{names.get(customerId) ?? customerId}</a>;
}

function endpointName({ group }: UsageRow) {
  if (group?.other) return "All others";
  return (
    <code>
      <span class="quiet">{group?.method}</span> {breakable(group?.endpoint ?? "")}
    </code>
  );
}

/** Long routes are broken before their slashes. */
function breakable(endpoint: string) {
  return endpoint.split(/(?=\/)/).map((part) => (
    <>
      <wbr />
      {part}
    </>
  ));
}
