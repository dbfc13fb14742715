import type { Customer } from "./account.ts";
import { Ledger, sumOf } from "./ledger.ts";
import { showProgress } from "./progress.ts";
import { allowedCalls, triedCalls } from "./story.ts";
import { openTraffic, type Traffic } from "./traffic.ts";
import { until } from "./until.ts";
import { consumedOf, countedLines } from "./usage.ts";
import type { WebDoor } from "./web-door.ts";

/** All customers call at once; gives what they saw, when Tollbook shows every call. */
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
    await Promise.all(customers.map((customer) => allBursts(customer, traffic, owner)));
  } finally {
    progress.stop();
    await traffic.close();
  }
  await until("QueryUsage shows every call", async () => {
    const [seen, counted] = [
      sumOf(ledger.lines, every),
      sumOf(await countedLines(owner, customers), every),
    ];
    return counted.calls + counted.refused >= seen.calls + seen.refused;
  });
  return ledger;
}

const every = () => true;

/** One burst after the other; the next begins when the quota shows what came before. */
async function allBursts(customer: Customer, traffic: Traffic, owner: WebDoor): Promise<void> {
  let made = 0;
  for (const calls of customer.bursts) {
    if (made > 0) {
      const counted = String(Math.min(made, allowedCalls(customer)));
      await until(`the quota of ${customer.name} shows ${counted}`, async () => {
        return (await consumedOf(owner, customer)) === counted;
      });
    }
    await traffic.send(customer, made, made + calls);
    made += calls;
  }
}
