import type { Account, Customer } from "./account.ts";
import type { Checks } from "./checks.ts";
import type { PrintedInvoice } from "./invoices.ts";
import { attachmentOf, type Mail } from "./mails.ts";

/** Holds the e-mails against the story: each arrived, once, with what belongs to it. */
export async function checkMails(
  checks: Checks,
  mailbox: string,
  mails: readonly Mail[],
  { account, customers, invoices }: Expected,
): Promise<void> {
  const to = (address: string, words: string) => {
    return mails.filter((mail) => mail.to.includes(address) && mail.subject.includes(words));
  };
  checks.equal("e-mail to the owner at 80 %", 1, to(account.email, "80 %").length);
  checks.equal("e-mail to the owner when used up", 1, to(account.email, "used up").length);
  for (const invoice of invoices) {
    const customer = customers.find(({ customerId }) => customerId === invoice.customerId);
    const its = to(customer?.email ?? "", invoice.number);
    checks.equal(`e-mail with ${invoice.number}`, 1, its.length);
    const attached = its[0] && (await attachmentOf(mailbox, its[0]));
    checks.equal(
      `${invoice.number}, PDF in the e-mail`,
      "same bytes",
      sameBytes(attached, invoice),
    );
  }
  checks.equal("e-mails in all", 2 + invoices.length, mails.length);
  const ids = new Set(mails.map(({ messageId }) => messageId));
  checks.equal("e-mails with an id of their own", mails.length, ids.size);
}

interface Expected {
  account: Account;
  customers: readonly Customer[];
  invoices: readonly PrintedInvoice[];
}

function sameBytes(attached: Buffer | undefined, { pdf }: PrintedInvoice): string {
  return attached?.equals(pdf) ? "same bytes" : "other bytes than over REST";
}
