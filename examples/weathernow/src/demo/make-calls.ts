import type { Customer } from "./account.ts";
import { Ledger, sumOf } from "./ledger.ts";
import { showProgress } from "./progress.ts";
import { allowedCalls, triedCalls } from "./story.ts";
import { openTraffic, type Traffic } from "./traffic.ts";
import { until } from "./until.ts";
import { consumedOf, countedLines } from "./usage.ts";
import type { WebDoor } from "./web-door.ts";

/** Everybody calls; gives what they saw, when Tollbook shows every call. */
export async function makeCalls(
  url: string,
  owner: WebDoor,
  customers: readonly Customer[],
): Promise<Ledger> {
  const ledger = new Ledger();
  const total = customers.reduce((sum, customer) => sum + triedCalls(customer), 0);
  const progress = showProgress(total, "calls");
  const traffic = openTraffic(url, ledger, progress.advance);
  try {
    for (const customer of customers) await traffic.send(customer, 0, 1);
    const free = customers.filter(({ plan }) => plan === "free");
    const paying = customers.filter(({ plan }) => plan !== "free");
    await Promise.all(paying.map((customer) => allBursts(customer, traffic, owner)));
    await Promise.all(free.map((customer) => allBursts(customer, traffic, owner)));
  } finally {
    progress.stop();
    await traffic.close();
  }
  await untilCounted(ledger, owner, customers);
  return ledger;
}

/** In vain, it ends as well: then the figures say what is missing. */
async function untilCounted(ledger: Ledger, owner: WebDoor, customers: readonly Customer[]) {
  const seen = sumOf(ledger.lines);
  await until("QueryUsage shows every call", async () => {
    const counted = sumOf(await countedLines(owner, customers));
    return counted.calls + counted.refused >= seen.calls + seen.refused;
  }).catch(() => {});
}

/** All but the first call, which came by itself: one burst after the other; the next begins when the quota shows what came before. */
async function allBursts(customer: Customer, traffic: Traffic, owner: WebDoor): Promise<void> {
  let [made, end] = [1, 0];
  for (const calls of customer.bursts) {
    if (end > 0) {
      const counted = String(Math.min(made, allowedCalls(customer)));
      await until(`the quota of ${customer.name} shows ${counted}`, async () => {
        return (await consumedOf(owner, customer)) === counted;
      });
    }
    end += calls;
    await traffic.send(customer, made, end);
    made = end;
  }
}
