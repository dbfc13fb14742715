import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, needs } from "@tollbook/testing";
import {
  type Account,
  addCustomer,
  type Customer,
  publishPayAsYouGo,
  signUp,
} from "./world/account.ts";
import { type Browser, openBrowser } from "./world/browser.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, record } from "./world/usage.ts";

const earlier = "2027-01-05T06:00:00Z";
const today = "2027-01-10T06:00:00Z";
/** Past the end of January in India and the seal delay of 24 hours. */
const billingTime = "2027-02-02T00:00:00Z";
/** Other tests may keep both cores. */
const patienceMs = 30_000;

describe("the dashboard of a running platform", needs("postgres", "nats", "chromium"), () => {
  let platform: Platform | undefined;
  let browser: Browser | undefined;
  let account: Account;
  let abc: Customer;
  let xyz: Customer;

  before(async () => {
    platform = await startPlatform({ startTime: earlier });
    account = await signUp(platform.http);
    const payAsYouGo = await publishPayAsYouGo(account);
    abc = await addCustomer(account, "ABC Pvt Ltd", payAsYouGo);
    xyz = await addCustomer(account, "XYZ Mobile App", payAsYouGo);
    await record(account, { cells: [cellOf(abc, earlier, 120_000)] });
    await platform.travel(today);
    const cells = [cellOf(abc, today, 30_000), cellOf(xyz, today, 20_000, { status: 404 })];
    await record(account, { cells });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await platform?.stop();
  });

  /** The page of the browser and where the platform is, once both are there. */
  const opened = () => {
    assert.ok(browser && platform);
    return { page: browser.page, http: platform.http, complaints: browser.complaints };
  };

  it("lets the owner in, and shows today's and the month's calls as they were recorded", async () => {
    const { page, http } = opened();
    await page.goto(http);
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "January 2027" }).waitFor();
    const calls = page.locator("[data-figure=calls] strong");
    assert.deepEqual(await calls.allInnerTexts(), ["50,000", "1,70,000"]);
    const errors = page.locator("[data-figure=errors] strong");
    assert.deepEqual(await errors.allInnerTexts(), ["20,000", "20,000"]);
  });

  it("shows who called what, today and over the month", async () => {
    const { page } = opened();
    const customers = page.locator("table.bars").first();
    await customers.getByText("ABC Pvt Ltd").waitFor();
    assert.match(await customers.innerText(), /ABC Pvt Ltd\s+30,000[\s\S]*XYZ Mobile App\s+20,000/);
    await page.getByText("This month").click();
    await customers.getByText("1,50,000").waitFor();
    const endpoints = page.locator("table.bars").last();
    // Each table asks for itself, and one may have its answer before the other.
    await endpoints.getByText("1,70,000").waitFor();
    assert.match(await endpoints.innerText(), /GET \/v1\/forecast\/\{city\}\s+1,70,000/);
    await page.locator(".plot canvas").waitFor();
  });

  it("lists the customers, and issues one a key whose secret it shows once", async () => {
    const { page } = opened();
    await page.getByRole("link", { name: "Customers" }).click();
    await page.getByRole("link", { name: "XYZ Mobile App" }).waitFor();
    await page.getByRole("link", { name: "ABC Pvt Ltd" }).click();
    await page.getByRole("button", { name: "Issue key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("second");
    await dialog.getByRole("button", { name: "Issue key" }).click();
    const secret = await page
      .getByLabel("Send it to ABC Pvt Ltd. It is not shown again.")
      .inputValue();
    assert.match(secret, /^tb_live_/);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: "second" }).waitFor();
    await page.reload();
    await page.getByRole("row", { name: "second" }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
    await opensTheDoor(account, secret, abc.customerId);
  });

  it("lists the invoices when the month is over, each with its PDF", async () => {
    const { page, http, complaints } = opened();
    await platform?.travel(billingTime);
    await eventually(
      async () => {
        const { invoices } = await account.owner.get("/v1/invoices");
        assert.equal(invoices.length, 2);
      },
      { withinMs: patienceMs },
    );
    await page.getByRole("link", { name: "Invoices" }).click();
    const row = page.getByRole("row", { name: "ABC Pvt Ltd" });
    await row.waitFor();
    assert.match(await row.innerText(), /INV\/26-27\/00000[12][\s\S]*31 Jan 2027[\s\S]*₹150\.00/);
    assert.match(await page.getByRole("row", { name: "XYZ Mobile App" }).innerText(), /₹20\.00/);
    const path = await row.getByRole("link", { name: "PDF" }).getAttribute("href");
    const pdf = await page.context().request.get(`${http}${path}`);
    assert.equal(pdf.headers()["content-type"], "application/pdf");
    assert.equal((await pdf.body()).subarray(0, 5).toString(), "%PDF-");
    assert.deepEqual(complaints, []);
  });
});

/** The secret that the page showed is one that a gate lets pass, as this customer. */
async function opensTheDoor({ program }: Account, key: string, customerId: string): Promise<void> {
  const check = { key, endpoint: "/v1/forecast/{city}", method: "GET" };
  await eventually(
    async () => {
      const answer = await program.post("/v1/check", { ...check, countMode: "COUNT_MODE_NEVER" });
      assert.equal(answer.verdict, "VERDICT_ALLOWED");
      assert.equal(answer.caller.customerId, customerId);
    },
    { withinMs: patienceMs },
  );
}
