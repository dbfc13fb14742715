import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { eventually, needs } from "@tollbook/testing";
import { addCustomer, publishFree, publishPayAsYouGo, signUp } from "./world/account.ts";
import { apiOf, type Json } from "./world/api.ts";
import { startPlatform } from "./world/platform.ts";
import { cellOf, mailsTo, record } from "./world/usage.ts";

const minute = "2027-01-10T06:00:00Z";
/** A minute in production; the promise is the same with a shorter one. */
const pullEvery = "2s";

describe("the month with NATS gone and its store wiped", needs("postgres", "nats"), () => {
  it("still sends the alerts, makes the invoice and mails it", async () => {
    const before = await startPlatform({ startTime: minute });
    const account = await signUp(before.http);
    const { folder } = before;
    await before.stop();
    rmSync(join(folder, "nats"), { recursive: true });

    const env = { TOLLBOOK_WITHOUT_NATS: "true", TOLLBOOK_PULL_EVERY: pullEvery };
    const platform = await startPlatform({ folder, env });
    const words = { email: account.email, password: account.password };
    const { session } = await apiOf(platform.http).post("/v1/sessions", words);
    const weathernow = {
      ...account,
      owner: apiOf(platform.http, session.accessToken),
      program: apiOf(platform.http, account.rootKey),
    };
    // A customer, a key and a plan that nobody can hear of by NATS.
    const abc = await addCustomer(weathernow, "ABC Pvt Ltd", await publishPayAsYouGo(weathernow));
    const free = await addCustomer(weathernow, "Free Rider", await publishFree(weathernow, 1_000));
    await eventually(
      async () => {
        const { quotas } = await weathernow.owner.get(`/v1/quotas?customerId=${free.customerId}`);
        assert.equal(quotas.length, 1);
      },
      { withinMs: 60_000 },
    );
    await record(weathernow, { cells: [cellOf(abc, minute, 20_000), cellOf(free, minute, 900)] });
    await record(weathernow, { cells: [cellOf(free, minute, 100)] });
    const alerts = await mailsTo(platform.mailbox, weathernow.email, 2, 60_000);
    assert.equal(alerts.length, 2);

    await platform.travel("2027-02-02T00:00:00Z");
    const mails = await mailsTo(platform.mailbox, "billing@abc-pvt-ltd.example", 1, 60_000);
    assert.equal(mails.length, 1);
    const invoices: Json[] = await eventually(async () => {
      const found = (await weathernow.owner.get("/v1/invoices")).invoices;
      return found.length > 0 ? found : null;
    });
    assert.deepEqual(
      invoices.map(({ total }) => total.amount),
      ["20.00"],
    );
    await platform.stop();
  });
});
