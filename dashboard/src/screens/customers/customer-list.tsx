import { useState } from "preact/hooks";
import { listAll } from "../../api/list-all.ts";
import type { Customer, Quota } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { Show } from "../../parts/loading.tsx";
import { Meter } from "../../parts/meter.tsx";
import { Empty } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { NewCustomer } from "./new-customer.tsx";

interface Listed {
  customers: Customer[];
  complete: boolean;
  quotas: Map<string, Quota>;
}

/** Everybody who calls the account's API, with what they have used of their quota. */
export function CustomerList() {
  const [adding, setAdding] = useState(false);
  const [sought, setSought] = useState("");
  const list = useLoaded(loadCustomers);
  return (
    <>
      <PageHead title="Customers" lead="Those who call your API.">
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          Add customer
        </button>
      </PageHead>
      {adding && <NewCustomer onClose={() => setAdding(false)} />}
      <section class="panel">
        <Show of={list} lines={6}>
          {(listed) =>
            listed.customers.length === 0 ? (
              <Empty title="No customers yet">
                <p>Add one, give them a key, and put them on a plan.</p>
                <button type="button" class="plain" onClick={() => setAdding(true)}>
                  Add customer
                </button>
              </Empty>
            ) : (
              <>
                <input
                  type="search"
                  class="search"
                  aria-label="Find a customer"
                  placeholder="Find by name or id"
                  value={sought}
                  onInput={(event) => setSought(event.currentTarget.value)}
                />
                <CustomerTable listed={listed} sought={sought} />
              </>
            )
          }
        </Show>
      </section>
    </>
  );
}

async function loadCustomers(): Promise<Listed> {
  const [customers, quotas] = await Promise.all([
    listAll<Customer>("/v1/customers", "customers"),
    // The list is worth showing without quotas.
    listAll<Quota>("/v1/quotas", "quotas").catch(() => ({ items: [] as Quota[] })),
  ]);
  const byCustomer = new Map(quotas.items.map((quota) => [quota.customerId, quota]));
  return { customers: customers.items, complete: customers.complete, quotas: byCustomer };
}

function CustomerTable({ listed, sought }: { listed: Listed; sought: string }) {
  const wanted = sought.trim().toLowerCase();
  const found = listed.customers.filter(({ name, externalId, email }) =>
    [name, externalId, email].some((text) => text.toLowerCase().includes(wanted)),
  );
  if (found.length === 0) return <p class="quiet">No customer is called that.</p>;
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Your id</th>
            <th scope="col">Standing</th>
            <th scope="col" class="wide">
              Quota used
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((customer) => (
            <CustomerRow
              key={customer.customerId}
              customer={customer}
              quota={listed.quotas.get(customer.customerId)}
            />
          ))}
        </tbody>
      </table>
      {!listed.complete && <p class="quiet">Only the newest 5,000 are shown.</p>}
    </div>
  );
}

function CustomerRow({ customer, quota }: { customer: Customer; quota: Quota | undefined }) {
  const { customerId, name, email, externalId, standing } = customer;
  return (
    <tr>
      <th scope="row">
        <a href={`/customers/${customerId}`}>{name}</a>
        {email && <span class="quiet under">{email}</span>}
      </th>
      <td data-label="Your id">
        <code>{externalId === customerId ? "–" : externalId}</code>
      </td>
      <td data-label="Standing">
        <StateBadge state={standing} />
      </td>
      <td class="wide">
        {quota ? (
          <Meter used={quota.consumed} of={quota.limit} />
        ) : (
          <span class="quiet">No limit</span>
        )}
      </td>
    </tr>
  );
}
