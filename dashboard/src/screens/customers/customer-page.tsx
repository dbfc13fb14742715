import { useMemo, useState } from "preact/hooks";
import { businessNow } from "../../api/business-time.ts";
import { get } from "../../api/call.ts";
import { currentAccount } from "../../api/session.ts";
import type { Customer } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { formatDate } from "../../format/time.ts";
import { month } from "../../format/zone-calendar.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { Show } from "../../parts/loading.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { InvoiceTable } from "../invoices/invoice-table.tsx";
import { UsageByEndpoint } from "../overview/usage-by.tsx";
import { CustomerKeys } from "./customer-keys.tsx";
import { CustomerPlan } from "./customer-plan.tsx";
import { CustomerQuotas } from "./customer-quotas.tsx";

/** One customer: their plan, what they have used, their keys and their invoices. */
export function CustomerPage({ customerId }: { customerId: string }) {
  const found = useLoaded(() => get<{ customer: Customer }>(`/v1/customers/${customerId}`));
  return (
    <>
      <p class="crumb">
        <a href="/customers">Customers</a>
      </p>
      <Show of={found} lines={6}>
        {({ customer }) => <CustomerSections customer={customer} />}
      </Show>
    </>
  );
}

function CustomerSections({ customer }: { customer: Customer }) {
  const { customerId, name, email, externalId, standing, createTime } = customer;
  const [subscribed, setSubscribed] = useState(0);
  const { timeZone } = currentAccount();
  const thisMonth = useMemo(() => month(businessNow(), timeZone), [timeZone]);
  const facts = [
    externalId === customerId ? "" : externalId,
    email,
    `since ${formatDate(createTime)}`,
  ];
  return (
    <>
      <PageHead title={name} lead={facts.filter(Boolean).join(" · ")}>
        <StateBadge state={standing} />
      </PageHead>
      <div class="columns">
        <CustomerPlan customerId={customerId} onSubscribed={() => setSubscribed(subscribed + 1)} />
        <CustomerQuotas customerId={customerId} subscribed={subscribed} />
      </div>
      <CustomerKeys customer={customer} />
      <UsageByEndpoint title="Calls this month" range={thisMonth} customerId={customerId} />
      <section class="panel">
        <h2>Invoices</h2>
        <InvoiceTable customerId={customerId} />
      </section>
    </>
  );
}
