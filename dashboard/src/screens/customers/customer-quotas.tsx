import { useEffect } from "preact/hooks";
import { listAll } from "../../api/list-all.ts";
import type { Quota } from "../../api/shapes.ts";
import { useLoaded, useWhileVisible } from "../../api/use-loaded.ts";
import { formatCount } from "../../format/number.ts";
import { formatMoment } from "../../format/time.ts";
import { Show } from "../../parts/loading.tsx";
import { Meter } from "../../parts/meter.tsx";

const refreshMs = 15_000;

/** Limits of a new subscription are heard of by metering a moment later. */
const newsAfterMs = [1_500, 5_000];

interface CustomerQuotasProps {
  customerId: string;
  /** Goes up with each new subscription. */
  subscribed: number;
}

/** What a customer has used of each of their limits. */
export function CustomerQuotas({ customerId, subscribed }: CustomerQuotasProps) {
  const quotas = useLoaded(() => listAll<Quota>(`/v1/quotas?customerId=${customerId}`, "quotas"));
  useEffect(() => {
    const timers = newsAfterMs.map((ms) => setTimeout(quotas.reload, ms));
    return () => timers.forEach(clearTimeout);
  }, [subscribed, quotas.reload]);
  useWhileVisible(quotas.reload, refreshMs);
  return (
    <section class="panel">
      <h2>Quota</h2>
      <Show of={quotas} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">No limit applies.</p>
          ) : (
            <ul class="plain-list">
              {items.map((quota) => (
                <QuotaItem key={quota.limitId} quota={quota} />
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  );
}

function QuotaItem({ quota }: { quota: Quota }) {
  const hard = quota.enforcement === "ENFORCEMENT_HARD";
  const heldUnits = BigInt(quota.leased) + BigInt(quota.stranded);
  return (
    <li>
      <strong>{quota.name}</strong>
      <Meter used={quota.consumed} of={quota.limit} />
      <span class="quiet under">
        {hard ? "Refused above it" : "Charged above it"}
        {quota.resetTime && ` · starts again ${formatMoment(quota.resetTime)}`}
        {heldUnits > 0n && ` · ${formatCount(String(heldUnits))} held by gates`}
      </span>
    </li>
  );
}
