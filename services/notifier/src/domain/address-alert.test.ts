import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { addressAlert, type Known } from "./address-alert.ts";
import type { Alert } from "./alert.ts";
import { invoiceLetter, quotaLetter } from "./mail/letters.fixture.ts";

const accountId = newId();
const customerId = newId();
const account = {
  accountId,
  name: "WeatherNow",
  timeZone: "Asia/Kolkata",
  currency: "INR",
  ownerEmails: ["asha@weathernow.example", "ravi@weathernow.example"],
  version: 1n,
};
const customer = {
  accountId,
  customerId,
  externalId: "abc",
  name: "ABC Pvt Ltd",
  email: "hello@abc.example",
  billingEmail: "",
  version: 1n,
};
const known: Known = { account, customer };

const alertOf = (about: Alert["about"]): Alert => ({
  accountId,
  eventId: newId(),
  occurredTime: new Date("2026-11-23T10:00:00Z"),
  about,
});
const quota = alertOf(quotaLetter({}).about);
const invoice = (recipientEmail: string) => {
  const { about } = invoiceLetter();
  assert.equal(about.kind, "invoice-finalized");
  return alertOf({ ...about, recipientEmail } as Alert["about"]);
};
function told(alert: Alert, to: Known = known) {
  const addressed = addressAlert(alert, to);
  assert.ok("deliveries" in addressed);
  return addressed.deliveries.map(({ recipient, letter, refusal }) => ({
    recipient,
    template: letter.template,
    failed: refusal !== undefined,
  }));
}

describe("an alert about a limit", () => {
  it("goes to each owner once", () => {
    const twice = { ...account, ownerEmails: [...account.ownerEmails, "asha@weathernow.example"] };
    assert.deepEqual(told(quota, { account: twice, customer }), [
      { recipient: "asha@weathernow.example", template: "quota-threshold", failed: false },
      { recipient: "ravi@weathernow.example", template: "quota-threshold", failed: false },
    ]);
  });

  it("waits for the news of its account, and of its customer", () => {
    assert.deepEqual(addressAlert(quota, { customer }), { missing: "account" });
    assert.deepEqual(addressAlert(quota, { account }), { missing: "customer" });
  });

  it("is seen to have failed if no owner can be reached", () => {
    const unreachable = { ...account, ownerEmails: ["nobody", ""] };
    assert.deepEqual(told(quota, { account: unreachable, customer }), [
      { recipient: "", template: "quota-threshold", failed: true },
    ]);
  });
});

describe("an invoice", () => {
  const toAbc = (recipient: string) => [
    { recipient, template: "invoice-finalized", failed: false },
  ];
  it("goes to the address billing gives", () => {
    assert.deepEqual(told(invoice("accounts@abc.example")), toAbc("accounts@abc.example"));
  });

  it("needs nobody to know its customer", () => {
    assert.deepEqual(told(invoice("a@abc.example"), { account }), toAbc("a@abc.example"));
  });

  it("goes to the address auth knows, if billing gives none", () => {
    assert.deepEqual(told(invoice("")), toAbc("hello@abc.example"));
    const billed = { ...customer, billingEmail: "accounts@abc.example" };
    assert.deepEqual(told(invoice(""), { account, customer: billed }), [
      ...toAbc("accounts@abc.example"),
    ]);
  });

  for (const address of ["", "accounts at abc", "a@b.example\r\nBcc: c@d.example"]) {
    it(`with ${JSON.stringify(address)} for an address fails, and the owners are told`, () => {
      const nowhere = { ...customer, email: "" };
      assert.deepEqual(told(invoice(address), { account, customer: nowhere }), [
        { recipient: "", template: "invoice-finalized", failed: true },
        { recipient: "asha@weathernow.example", template: "invoice-undeliverable", failed: false },
        { recipient: "ravi@weathernow.example", template: "invoice-undeliverable", failed: false },
      ]);
    });
  }
});
