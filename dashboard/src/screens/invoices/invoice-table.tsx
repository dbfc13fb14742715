import { listAll } from "../../api/list-all.ts";
import type { Customer, Invoice } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { formatMoney } from "../../format/money.ts";
import { formatDate, formatPeriod } from "../../format/time.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { Show } from "../../parts/loading.tsx";
import { Empty } from "../../parts/notice.tsx";

/** Invoices, newest first; of one customer or of all. */
export function InvoiceTable({ customerId }: { customerId?: string }) {
  const filter = customerId === undefined ? "" : `?customerId=${customerId}`;
  const list = useLoaded(async () => {
    const [invoices, customers] = await Promise.all([
      listAll<Invoice>(`/v1/invoices${filter}`, "invoices"),
      customerId ? { items: [] } : listAll<Customer>("/v1/customers", "customers"),
    ]);
    const names = new Map(customers.items.map((customer) => [customer.customerId, customer.name]));
    return { invoices: invoices.items, names };
  });
  return (
    <Show of={list}>
      {({ invoices, names }) =>
        invoices.length === 0 ? (
          <Empty title="No invoices yet">
            <p>The first ones come when a month with charged calls is over and sealed.</p>
          </Empty>
        ) : (
          <div class="scroll">
            <table class="stack">
              <InvoiceHead withCustomer={customerId === undefined} />
              <tbody>
                {invoices.map((invoice) => (
                  <InvoiceRow
                    key={invoice.invoiceId}
                    invoice={invoice}
                    customer={
                      customerId === undefined ? (names.get(invoice.customerId) ?? "") : undefined
                    }
                  />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Show>
  );
}

function InvoiceHead({ withCustomer }: { withCustomer: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">Number</th>
        {withCustomer && <th scope="col">Customer</th>}
        <th scope="col">For</th>
        <th scope="col">Due</th>
        <th scope="col">State</th>
        <th scope="col" class="number">
          Total
        </th>
        <th scope="col">
          <span class="unseen">Document</span>
        </th>
      </tr>
    </thead>
  );
}

function InvoiceRow({ invoice, customer }: { invoice: Invoice; customer: string | undefined }) {
  const { invoiceId, number, customerId, periodStartTime, periodEndTime } = invoice;
  return (
    <tr>
      <th scope="row">
        {number || "Draft"}
        <span class="quiet under">{formatDate(invoice.invoiceTime)}</span>
      </th>
      {customer !== undefined && (
        <td data-label="Customer">
          <a href={`/customers/${customerId}`}>{customer || invoice.recipient?.name}</a>
        </td>
      )}
      <td data-label="For">{formatPeriod(periodStartTime, periodEndTime)}</td>
      <td data-label="Due">{formatDate(invoice.dueTime)}</td>
      <td data-label="State">
        <StateBadge state={invoice.state} />
      </td>
      <td class="number" data-label="Total">
        {invoice.total ? formatMoney(invoice.total) : "–"}
      </td>
      <td class="number">
        <a href={`/v1/invoices/${invoiceId}/pdf`} target="_blank" rel="noreferrer">
          PDF <span class="unseen">of {number || "the draft"}</span>
        </a>
      </td>
    </tr>
  );
}
