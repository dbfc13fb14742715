import type { Account, Customer } from "./account.ts";
import { checkInvoices } from "./check-bills.ts";
import { checkMails } from "./check-mails.ts";
import { checkUsage } from "./check-usage.ts";
import type { Checks } from "./checks.ts";
import { invoicesOf } from "./invoices.ts";
import type { Ledger } from "./ledger.ts";
import { mailsIn } from "./mails.ts";
import type { Platform } from "./platform.ts";
import { printMonth } from "./report.ts";
import { billingTime } from "./story.ts";
import { travel } from "./travel.ts";
import { countedLines } from "./usage.ts";

/** The e-mails to the owner: 80 %, and used up. */
const alerts = 2;

/** Lets business time pass the month's end, and prints and checks what comes of it. */
export async function endMonth({
  platform,
  account,
  customers,
  ledger,
  checks,
}: {
  platform: Platform;
  account: Account;
  customers: readonly Customer[];
  ledger: Ledger;
  checks: Checks;
}): Promise<void> {
  await travel(platform.grpc, billingTime);
  const billed = customers.filter(({ amount }) => amount !== undefined).length;
  const invoices = await invoicesOf(account.owner, billed);
  await mailsIn(platform.mailbox, billed + alerts);
  const counted = await countedLines(account.owner, customers);
  checkUsage(checks, customers, counted, ledger); // nothing came late, nothing went
  checkInvoices(checks, customers, invoices);
  const mails = await mailsIn(platform.mailbox, billed + alerts); // a second copy would be here
  await checkMails(checks, platform.mailbox, mails, { account, customers, invoices });
  printMonth({ customers, counted, seen: ledger.lines, invoices, mails });
}
