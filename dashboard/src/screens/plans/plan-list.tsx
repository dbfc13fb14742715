import { useState } from "preact/hooks";
import { listAll } from "../../api/list-all.ts";
import type { Plan, Subscription } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { formatCount } from "../../format/number.ts";
import { formatDate } from "../../format/time.ts";
import { Badge } from "../../parts/badge.tsx";
import { Show } from "../../parts/loading.tsx";
import { Empty } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { NewPlan } from "./new-plan.tsx";
import { limitWords, priceWords } from "./plan-words.ts";

/** What may be used and what it costs. */
export function PlanList() {
  const [making, setMaking] = useState(false);
  const list = useLoaded(loadPlans);
  const onDone = () => {
    setMaking(false);
    list.reload();
  };
  return (
    <>
      <PageHead title="Plans" lead="What your customers may use, and what it costs.">
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          Make a plan
        </button>
      </PageHead>
      {making && <NewPlan onClose={() => setMaking(false)} onDone={onDone} />}
      <section class="panel">
        <Show of={list}>
          {({ plans, subscribers }) =>
            plans.length === 0 ? (
              <Empty title="No plans yet">
                <p>A plan says what calls cost and how many are allowed: ₹1 per 1,000, say.</p>
                <button type="button" class="plain" onClick={() => setMaking(true)}>
                  Make a plan
                </button>
              </Empty>
            ) : (
              <PlanTable plans={plans} subscribers={subscribers} />
            )
          }
        </Show>
      </section>
    </>
  );
}

interface Listed {
  plans: Plan[];
  /** Running subscriptions by plan. */
  subscribers: Map<string, number>;
}

async function loadPlans(): Promise<Listed> {
  const [plans, subscriptions] = await Promise.all([
    listAll<Plan>("/v1/plans", "plans"),
    listAll<Subscription>("/v1/subscriptions", "subscriptions"),
  ]);
  const subscribers = new Map<string, number>();
  for (const { planId, state } of subscriptions.items) {
    if (state === "SUBSCRIPTION_STATE_ENDED") continue;
    subscribers.set(planId, (subscribers.get(planId) ?? 0) + 1);
  }
  return { plans: plans.items, subscribers };
}

function PlanTable({ plans, subscribers }: Listed) {
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Plan</th>
            <th scope="col">Price</th>
            <th scope="col">Limit</th>
            <th scope="col" class="number">
              Subscribed
            </th>
          </tr>
        </thead>
        <tbody>
          {plans.map((plan) => (
            <tr key={plan.planId}>
              <th scope="row">
                {plan.name} {plan.draft && <Badge tone="plain">Draft</Badge>}
                <span class="quiet under">
                  {plan.version > 0 ? `version ${plan.version}, ` : ""}
                  {formatDate(plan.createTime)}
                </span>
              </th>
              <td data-label="Price">{priceWords(plan).join("; ")}</td>
              <td data-label="Limit">
                {limitWords(plan).join("; ") || <span class="quiet">No limit</span>}
              </td>
              <td class="number" data-label="Subscribed">
                {formatCount(subscribers.get(plan.planId))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
