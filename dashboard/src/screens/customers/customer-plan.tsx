import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import { listAll } from "../../api/list-all.ts";
import type { Plan, Subscription } from "../../api/shapes.ts";
import { type Loaded, useLoaded } from "../../api/use-loaded.ts";
import { formatDate, formatPeriod } from "../../format/time.ts";
import { announce } from "../../parts/announce.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FormFoot, Select } from "../../parts/field.tsx";
import { Show } from "../../parts/loading.tsx";
import { useForm } from "../../parts/use-form.ts";
import { planSentence } from "../plans/plan-words.ts";

/** What a customer is subscribed to, or a way to subscribe them. */
export function CustomerPlan(props: { customerId: string; onSubscribed: () => void }) {
  const { customerId, onSubscribed } = props;
  const [choosing, setChoosing] = useState(false);
  const subscriptions = useLoaded(() =>
    listAll<Subscription>(`/v1/subscriptions?customerId=${customerId}`, "subscriptions"),
  );
  return (
    <section class="panel">
      <header class="section-head">
        <h2>Plan</h2>
        <button type="button" class="plain small" onClick={() => setChoosing(true)}>
          {subscriptions.value?.items.length ? "Add a plan" : "Subscribe"}
        </button>
      </header>
      <SubscriptionList of={subscriptions} />
      {choosing && (
        <Subscribe
          customerId={customerId}
          onClose={() => setChoosing(false)}
          onDone={() => {
            subscriptions.reload();
            onSubscribed();
          }}
        />
      )}
    </section>
  );
}

function SubscriptionList({ of }: { of: Loaded<{ items: Subscription[] }> }) {
  return (
    <Show of={of} lines={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="quiet">On no plan: their calls are counted, not limited and not charged.</p>
        ) : (
          <ul class="plain-list">
            {items.map((item) => (
              <li key={item.subscriptionId}>
                <strong>{item.planName}</strong> <StateBadge state={item.state} />
                <span class="quiet under">
                  since {formatDate(item.startTime)}
                  {item.periodStartTime &&
                    item.periodEndTime &&
                    ` · billed for ${formatPeriod(item.periodStartTime, item.periodEndTime)}`}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Show>
  );
}

interface SubscribeProps {
  customerId: string;
  onClose: () => void;
  onDone: () => void;
}

function Subscribe({ customerId, onClose, onDone }: SubscribeProps) {
  const plans = useLoaded(() => listAll<Plan>("/v1/plans", "plans"));
  const form = useForm(async ({ planId }, requestId) => {
    await post("/v1/subscriptions", { customerId, planId, requestId });
    announce("Subscribed.");
    onDone();
    onClose();
  });
  return (
    <Dialog title="Subscribe to a plan" onClose={onClose}>
      <Show of={plans}>
        {({ items }) => {
          const offered = items.filter((plan) => plan.version > 0);
          if (offered.length === 0) {
            return (
              <p>
                There is no plan yet. <a href="/plans">Make one first</a>.
              </p>
            );
          }
          return (
            <form onSubmit={form.onSubmit}>
              <Select
                form={form}
                name="planId"
                label="Plan"
                hint="Charged and limited from the quarter hour that is running."
              >
                {offered.map((plan) => (
                  <option key={plan.planId} value={plan.planId}>
                    {plan.name} – {planSentence(plan)}
                  </option>
                ))}
              </Select>
              <FormFoot form={form} action="Subscribe" />
            </form>
          );
        }}
      </Show>
    </Dialog>
  );
}
