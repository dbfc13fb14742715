import { type Account, addCustomers, type Customer, signUp } from "./account.ts";
import { checkInvoices } from "./check-bills.ts";
import { checkMails } from "./check-mails.ts";
import { checkUsage } from "./check-usage.ts";
import { Checks } from "./checks.ts";
import type { DemoOptions } from "./config.ts";
import { invoicesOf } from "./invoices.ts";
import type { Ledger } from "./ledger.ts";
import { mailsIn } from "./mails.ts";
import { makeCalls } from "./make-calls.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { printMonth } from "./report.ts";
import { billingTime, castOf } from "./story.ts";
import { travel } from "./travel.ts";
import { countedLines } from "./usage.ts";
import { startWeatherNow } from "./weathernow.ts";

/** How the month came out. */
export interface Outcome {
  /** Every figure was right. */
  ok: boolean;
  /** Where everything is, as long as it runs. */
  addresses: string;
}

/** Plays the month; what it starts is stopped by `stack`. */
export async function playMonth(
  options: DemoOptions,
  stack: AsyncDisposableStack,
): Promise<Outcome> {
  const began = performance.now();
  say("Starting a platform of its own …");
  const platform = await startPlatform(say);
  stack.defer(platform.stop);
  const account = await signUp(platform.http);
  const customers = await addCustomers(account.owner, castOf(options.small));
  const weathernow = await startWeatherNow(platform.grpc, account.rootKey);
  stack.defer(weathernow.child.stop);
  say("WeatherNow has signed up, and serves its customers. They call …");
  const calls = makeCalls(weathernow.url, account.owner, customers);
  const ended = [platform.child.ended, weathernow.child.ended];
  const ledger = await Promise.race([calls, ...ended]);
  say("Every call is counted. The month ends …");
  await travel(platform.grpc, billingTime);
  const ok = await checkMonth(platform, account, customers, ledger);
  const warnings = weathernow.child.output().replace(/^WeatherNow listens.*\n/, "");
  if (warnings !== "") console.log(`\nWeatherNow said:\n${warnings}`);
  console.log(`The demo took ${Math.round((performance.now() - began) / 1_000)} s.`);
  return { ok, addresses: addressesOf(platform, account, weathernow.url) };
}

async function checkMonth(
  { mailbox }: Platform,
  account: Account,
  customers: readonly Customer[],
  ledger: Ledger,
): Promise<boolean> {
  const { owner } = account;
  const billed = customers.filter(({ amount }) => amount !== undefined).length;
  const invoices = await invoicesOf(owner, billed);
  await mailsIn(mailbox, billed + 2);
  const counted = await countedLines(owner, customers);
  const mails = await mailsIn(mailbox, billed + 2); // again: a second copy would be here by now
  printMonth({ customers, counted, invoices, mails });
  console.log();
  const checks = new Checks();
  checkUsage(checks, customers, counted, ledger);
  checkInvoices(checks, customers, invoices);
  await checkMails(checks, mailbox, mails, { account, customers, invoices });
  const { passed, failed } = checks.verdict;
  if (ledger.undecided > 0) say(`${ledger.undecided} calls were answered 503 and made again.`);
  console.log(failed === 0 ? `✓ All ${passed} figures are right.` : `${failed} figures are wrong.`);
  return failed === 0;
}

function addressesOf({ http, grpc, mailbox }: Platform, account: Account, api: string): string {
  return `
  Dashboard    ${http}/   (${account.email}, "${account.password}")
  gRPC         ${grpc}
  Mailbox      ${mailbox}
  WeatherNow   ${api}/v1/forecast/pune`;
}

function say(line: string): void {
  console.log(`  ${line}`);
}
