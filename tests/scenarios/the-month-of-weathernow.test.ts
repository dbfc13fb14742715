import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, needs } from "@tollbook/testing";
import {
  type Account,
  addCustomer,
  type Customer,
  publishFree,
  publishPayAsYouGo,
  signUp,
} from "./world/account.ts";
import type { Json } from "./world/api.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, mailsTo, record, usageOf } from "./world/usage.ts";

const january = { startTime: "2026-12-31T18:30:00Z", endTime: "2027-01-31T18:30:00Z" };
/** Past the end of January in India and the seal delay of 24 hours. */
const billingTime = "2027-02-02T00:00:00Z";

describe("a month of WeatherNow", needs("postgres", "nats"), () => {
  let platform: Platform;
  let weathernow: Account;
  let abc: Customer;
  let xyz: Customer;
  let freeRider: Customer;

  before(async () => {
    platform = await startPlatform({ startTime: "2027-01-10T06:00:00Z" });
    weathernow = await signUp(platform.http);
    const payAsYouGo = await publishPayAsYouGo(weathernow);
    abc = await addCustomer(weathernow, "ABC Pvt Ltd", payAsYouGo);
    xyz = await addCustomer(weathernow, "XYZ Mobile App", payAsYouGo);
    freeRider = await addCustomer(weathernow, "Free Rider", await publishFree(weathernow, 1_000));
  });
  after(() => platform.stop());

  it("counts ABC's 20,000 calls and XYZ's 1,50,000 when they are acknowledged", async () => {
    const minute = "2027-01-10T06:00:00Z";
    const cells = [cellOf(abc, minute, 20_000), cellOf(xyz, minute, 150_000)];
    const receipt = await record(weathernow, { cells });
    assert.equal(receipt.counted, "170000");
    assert.deepEqual(await usageOf(weathernow, abc, january), { calls: 20_000, refused: 0 });
    assert.deepEqual(await usageOf(weathernow, xyz, january), { calls: 150_000, refused: 0 });
  });

  it("lets Free Rider call 1,000 times and refuses the other 500", async () => {
    const check = { key: freeRider.key, endpoint: "/v1/forecast/{city}", method: "GET" };
    await untilWarm(weathernow, check);
    const verdicts = new Map<string, number>();
    await checkMany(weathernow, check, 900, verdicts);
    await eventually(async () => {
      const { quotas } = await weathernow.owner.get(
        `/v1/quotas?customerId=${freeRider.customerId}`,
      );
      assert.equal(quotas[0].consumed, "900");
    });
    await checkMany(weathernow, check, 600, verdicts);
    const expected = { VERDICT_ALLOWED: 1_000, VERDICT_QUOTA_EXHAUSTED: 500 };
    const undecided = verdicts.get("VERDICT_UNAVAILABLE") ?? 0;
    verdicts.delete("VERDICT_UNAVAILABLE");
    assert.deepEqual(Object.fromEntries(verdicts), expected);
    await eventually(
      async () => {
        const used = await usageOf(weathernow, freeRider, january);
        assert.deepEqual(used, { calls: 1_000, refused: 500 + undecided });
      },
      { withinMs: 10_000 },
    );
  });

  it("tells the owner once at 80 % and once when it is used up", async () => {
    const mails = await mailsTo(platform.mailbox, weathernow.email, 2);
    const subjects = mails.map(({ subject }) => subject).sort();
    assert.equal(mails.length, 2, subjects.join("\n"));
    assert.ok(
      subjects.some((subject) => /80\s?%/.test(subject)),
      subjects.join("\n"),
    );
    assert.ok(
      subjects.some((subject) => /used up/.test(subject)),
      subjects.join("\n"),
    );
  });

  it("bills ABC ₹20.00, XYZ ₹150.00 and Free Rider nothing", async () => {
    await platform.travel(billingTime);
    const invoices = await eventually(
      async () => {
        const { invoices: found } = await weathernow.owner.get("/v1/invoices");
        return found?.length === 2 ? (found as Json[]) : null;
      },
      { withinMs: 20_000 },
    );
    const amounts = invoices.map(({ customerId, total }) => [customerId, total.amount]);
    assert.deepEqual(Object.fromEntries(amounts), {
      [abc.customerId]: "20.00",
      [xyz.customerId]: "150.00",
    });
    const numbers = invoices.map(({ number }) => number).sort();
    assert.deepEqual(numbers, ["INV/26-27/000001", "INV/26-27/000002"]);
  });

  it("mails each invoice once, with its PDF", async () => {
    for (const address of ["billing@abc-pvt-ltd.example", "billing@xyz-mobile-app.example"]) {
      const [mail, ...more] = await mailsTo(platform.mailbox, address, 1);
      assert.equal(more.length, 0);
      assert.match(mail.subject, /INV\/26-27\/00000[12]/);
      assert.equal(mail.attachments[0].contentType, "application/pdf");
    }
  });
});

/** Checks so many calls; one that could not be decided is tried again, as a client would. */
async function checkMany(
  { program }: Account,
  check: Json,
  count: number,
  verdicts: Map<string, number>,
): Promise<void> {
  for (let left = count; left > 0; ) {
    const checks = Array.from({ length: Math.min(left, 100) }, () => check);
    const { checks: answers } = await program.post("/v1/check:batch", { checks });
    for (const { verdict } of answers) {
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (verdict !== "VERDICT_UNAVAILABLE") left -= 1;
    }
  }
}

/** A gate's first look at a key may come too late to be of use; it takes nothing and counts nothing. */
async function untilWarm({ program }: Account, check: Json): Promise<void> {
  const look = { ...check, countMode: "COUNT_MODE_NEVER" };
  await eventually(async () => {
    const { verdict } = await program.post("/v1/check", look);
    assert.equal(verdict, "VERDICT_ALLOWED");
  });
}
