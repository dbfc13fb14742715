import { listAll } from "../../api/list-all.ts";
import type { Customer, Key } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { Show } from "../../parts/loading.tsx";
import { ThreeLines } from "../../parts/three-lines.tsx";

/** An account without calls: what to do, and how far it is done. */
export function FirstSteps() {
  const done = useLoaded(async () => {
    const [customers, keys] = await Promise.all([
      listAll<Customer>("/v1/customers", "customers"),
      listAll<Key>("/v1/keys", "keys"),
    ]);
    return { customers: customers.items.length > 0, keys: keys.items.length > 0 };
  });
  return (
    <section class="panel steps">
      <h2>No calls yet</h2>
      <p class="quiet">Three steps, and the first call shows up here within seconds.</p>
      <Show of={done}>
        {({ customers, keys }) => (
          <ol>
            <li data-done={customers}>
              <h3>Add somebody who calls your API</h3>
              <p>
                <a href="/customers">{customers ? "See your customers" : "Add a customer"}</a>, and
                put them on a plan if their calls are limited or cost something.
              </p>
            </li>
            <li data-done={keys}>
              <h3>Give them an API key</h3>
              <p>On the customer's page. They send it as a Bearer token or in X-Api-Key.</p>
            </li>
            <li>
              <h3>Add three lines to your API</h3>
              <ThreeLines />
            </li>
          </ol>
        )}
      </Show>
    </section>
  );
}
