import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invoiceLetter, quotaLetter, weatherNow } from "./letters.fixture.ts";
import { renderMail, subjectOf } from "./render-mail.ts";

const links = { publicUrl: "https://tollbook.example" };
const exhausted = { kind: "quota-exhausted", percent: 100, used: "1000" } as const;

describe("a subject line says it all", () => {
  const subjects = [
    [
      "80 % of a limit",
      quotaLetter({}),
      "ABC Pvt Ltd has used 80 % of its monthly calls (800 of 1,000)",
    ],
    [
      "more than 80 % at the first look: the threshold, and the true figure",
      quotaLetter({ used: "950" }),
      "ABC Pvt Ltd has passed 80 % of its monthly calls (950 of 1,000)",
    ],
    [
      "lakhs",
      quotaLetter({ used: "120000", limit: "150000" }),
      "ABC Pvt Ltd has used 80 % of its monthly calls (1,20,000 of 1,50,000)",
    ],
    [
      "a hard limit used up",
      quotaLetter(exhausted, "Free Rider"),
      "Free Rider has used up its monthly calls: " +
        "further calls are refused until 1 December 2026, 00:00 IST",
    ],
    [
      "a soft limit used up",
      quotaLetter({ ...exhausted, enforcement: "soft" }),
      "ABC Pvt Ltd has used up its monthly calls: " +
        "further calls are charged until 1 December 2026, 00:00 IST",
    ],
    [
      "an invoice",
      invoiceLetter(),
      "Invoice INV/26-27/000001 from WeatherNow: ₹20.00 due 15 January 2027",
    ],
    [
      "an invoice without a due date",
      invoiceLetter({ dueTime: "" }),
      "Invoice INV/26-27/000001 from WeatherNow: ₹20.00",
    ],
    [
      "an invoice that found no address",
      invoiceLetter({}, "invoice-undeliverable"),
      "Invoice INV/26-27/000001 for ABC Pvt Ltd was not mailed: it has no usable e-mail address",
    ],
  ] as const;
  for (const [what, letter, subject] of subjects) {
    it(what, () => assert.equal(subjectOf(letter), subject));
  }

  it("never speaks of a reset that a total does not have", () => {
    const letter = quotaLetter({ ...exhausted, window: "total" });
    if (letter.about.kind === "quota-exhausted") {
      delete letter.about.resetTime;
      delete letter.about.windowStartTime;
    }
    const { subject, text } = renderMail(letter, links);
    assert.equal(subject, "ABC Pvt Ltd has used up its monthly calls: further calls are refused");
    assert.match(text, /from the beginning; it never resets/);
  });
});

describe("an e-mail about a limit", () => {
  it("says of a hard limit that calls are refused", () => {
    const { text, html } = renderMail(quotaLetter({}), links);
    for (const body of [text.replaceAll("\n", " "), html]) {
      assert.match(body, /further calls are refused until 1 December 2026, 00:00 IST\./);
      assert.match(body, /200 are left/);
      assert.doesNotMatch(body, /charged/);
    }
  });

  it("says of a soft limit that calls go on and are charged", () => {
    const { text, html } = renderMail(quotaLetter({ enforcement: "soft" }), links);
    for (const body of [text.replaceAll("\n", " "), html]) {
      assert.match(body, /calls go on and are charged until 1 December 2026, 00:00 IST\./);
      assert.doesNotMatch(body, /refused/);
    }
  });

  it("explains a limit that is used up before all of it is counted", () => {
    const { text } = renderMail(quotaLetter({ ...exhausted, used: "990" }), links);
    assert.match(text, /The last 10 are held for calls under way/);
  });

  it("says when it happened, for it may come late", () => {
    const { text, html } = renderMail(quotaLetter({}), links);
    for (const body of [text, html]) assert.match(body, /23 November 2026, 14:42 IST/);
  });

  it("leads to the dashboard", () => {
    const { text, html } = renderMail(quotaLetter({}), links);
    assert.match(text, /^https:\/\/tollbook\.example\/$/m);
    assert.match(html, /href="https:\/\/tollbook\.example\/"/);
  });
});

describe("an invoice e-mail", () => {
  it("names number, parties, period, total and due date, in text and in HTML", () => {
    const { text, html } = renderMail(invoiceLetter(), links);
    const said = [
      "INV/26-27/000001",
      "WeatherNow",
      "ABC Pvt Ltd",
      "1 to 31 December 2026",
      "₹20.00",
      "15 January 2027",
      "attached",
    ];
    for (const body of [text, html]) for (const word of said) assert.ok(body.includes(word), word);
  });

  it("does not send a customer to the owner's dashboard", () => {
    const { text, html } = renderMail(invoiceLetter(), links);
    assert.doesNotMatch(text + html, /tollbook\.example/);
  });
});

describe("every e-mail", () => {
  const evil = `<img src=x onerror=alert(1)>\r\nBcc: all@evil.example\u202e & "Söhne" ₹`;
  const letters = [
    quotaLetter({ limitName: evil }, evil),
    quotaLetter({ ...exhausted, limitName: evil }, evil),
    invoiceLetter({ number: evil, supplierName: evil, recipientName: evil }),
    { ...invoiceLetter({ number: evil }, "invoice-undeliverable"), customerName: evil },
  ].map((letter) => ({ ...letter, account: { ...weatherNow, name: evil } }));

  for (const letter of letters) {
    const { subject, html } = renderMail(letter, links);
    it(`keeps a hostile name on one line (${letter.template})`, () => {
      assert.doesNotMatch(subject, /[\p{Cc}\u202e]/u);
    });
    it(`lets a hostile name be no markup (${letter.template})`, () => {
      assert.doesNotMatch(html, /<img/);
      assert.match(html, /&lt;img src=x/);
    });
    it(`loads nothing from elsewhere (${letter.template})`, () => {
      assert.doesNotMatch(html, /<(img|link|script|iframe)\b|url\(|@import|@font-face/i);
    });
  }

  it("is the same bytes each time", () => {
    assert.deepEqual(renderMail(invoiceLetter(), links), renderMail(invoiceLetter(), links));
  });
});
