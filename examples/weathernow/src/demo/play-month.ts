import { type Account, addCustomers, signUp } from "./account.ts";
import { checkUsage } from "./check-usage.ts";
import { Checks } from "./checks.ts";
import type { DemoOptions } from "./config.ts";
import { endMonth } from "./end-month.ts";
import { sumOf } from "./ledger.ts";
import { makeCalls } from "./make-calls.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { castOf } from "./story.ts";
import { countedLines } from "./usage.ts";
import { startWeatherNow, type WeatherNow } from "./weathernow.ts";

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
  const platform = await startPlatform(stack, say);
  const account = await signUp(platform.http);
  const customers = await addCustomers(account.owner, castOf(options.small));
  const weathernow = await startWeatherNow(stack, platform.grpc, account.rootKey);
  const ended = Promise.race([platform.child.ended, weathernow.child.ended]);
  ended.catch(() => {});

  say("WeatherNow has signed up, and serves its customers. They call …");
  const calls = makeCalls(weathernow.url, account.owner, customers);
  const ledger = await Promise.race([calls, ended]);
  const checks = new Checks();
  checkUsage(checks, customers, await countedLines(account.owner, customers), ledger);
  if (checks.failed === 0) {
    say("Every call is counted. The month ends …");
    const end = endMonth({ platform, account, customers, ledger, checks });
    await Promise.race([end, ended]);
  }
  sumUp(checks, weathernow, sumOf(ledger.lines).undecided);
  say(`The demo took ${Math.round((performance.now() - began) / 1_000)} s.`);
  return { ok: checks.failed === 0, addresses: addressesOf(platform, account, weathernow) };
}

function sumUp({ passed, failed }: Checks, { child }: WeatherNow, undecided: number): void {
  console.log();
  say(failed === 0 ? `✓ All ${passed} figures are right.` : `${failed} figures are wrong.`);
  if (undecided > 0) say(`${undecided} calls were answered 503 for a moment, and made again.`);
  const warnings = child.output().replace(/^WeatherNow listens.*\n/, "");
  if (warnings !== "") say(`WeatherNow said:\n${warnings}`);
}

function addressesOf(platform: Platform, { email, password }: Account, { url }: WeatherNow) {
  return `
  Dashboard    ${platform.http}/   (${email}, "${password}")
  gRPC         ${platform.grpc}
  Mailbox      ${platform.mailbox}
  WeatherNow   ${url}/v1/forecast/pune`;
}

function say(line: string): void {
  console.log(`  ${line}`);
}
