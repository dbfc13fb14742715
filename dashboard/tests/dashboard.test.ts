import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needs } from "@tollbook/testing";
import { type Browser, startBrowser } from "./browser.ts";

let browser: Browser;

describe("the dashboard in a browser", needs("chromium"), () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  it("asks to sign in, says when that fails, and then shows the counts", async () => {
    const { page, complaints } = await browser.open({ signedIn: false });
    await page.goto(browser.url);
    await page.getByLabel("E-mail").fill("asha@weathernow.example");
    await page.getByLabel("Password").fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The e-mail address or the password is wrong.").waitFor();
    await page.getByLabel("Password").fill("right password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "November 2026" }).waitFor();
    assert.equal(await page.locator("[data-figure=calls] strong").last().innerText(), "1,50,000");
    assert.match(await page.locator("table.bars").first().innerText(), /ABC Pvt Ltd\s+1,50,000/);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it("draws the chart without breaking the content security policy", async () => {
    const { page, complaints } = await browser.open();
    await page.goto(browser.url);
    await page.getByText("This month").click();
    await page.locator(".plot canvas").waitFor();
    assert.deepEqual(complaints, []);
  });

  it("says beside a field what is wrong with it, and sends a retry under the same id", async () => {
    const { page, sent } = await browser.open();
    await page.goto(`${browser.url}/customers`);
    await page.getByRole("button", { name: "Add customer" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("New Co");
    await dialog.getByLabel("Your id for them").fill("abc");
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await dialog.getByText("abc is taken.").waitFor();
    assert.equal(await dialog.getByLabel("Your id for them").getAttribute("aria-invalid"), "true");
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await dialog.getByText("abc is taken.").waitFor();
    await dialog.getByLabel("Your id for them").fill("new");
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await dialog.getByText("abc is taken.").waitFor();
    const ids = sent.map((line) => /"requestId":"([^"]+)"/.exec(line)?.[1]);
    assert.equal(ids.length, 3);
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[1], ids[2]);
  });

  it("shows a key's secret once, and asks before it revokes", async () => {
    const { page, sent } = await browser.open();
    await page.goto(`${browser.url}/customers/c1`);
    await page.getByRole("button", { name: "Issue key" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Issue key" }).click();
    const secret = page.getByLabel("Send it to ABC Pvt Ltd. It is not shown again.");
    assert.equal(await secret.inputValue(), "tb_live_theSecret");
    await page.getByRole("button", { name: "Done" }).click();
    assert.doesNotMatch(await page.content(), /theSecret/);
    await page.getByRole("button", { name: "Revoke production" }).click();
    assert.ok(!sent.some((line) => line.includes(":revoke")));
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("Revoked.").waitFor();
    assert.ok(sent.some((line) => line.startsWith("POST /v1/keys/k1:revoke")));
  });

  it("shows amounts as in India, with the invoice as a PDF beside them", async () => {
    const { page } = await browser.open();
    await page.goto(`${browser.url}/invoices`);
    const row = page.getByRole("row", { name: "INV/26-27/000001" });
    assert.match(await row.innerText(), /ABC Pvt Ltd\s+October 2026\s+–\s+Owed\s+₹1,50,000.00/);
    assert.equal(
      await row.getByRole("link", { name: "PDF" }).getAttribute("href"),
      "/v1/invoices/i1/pdf",
    );
  });

  it("tells the next step where there is nothing, and says what is not built", async () => {
    const { page } = await browser.open();
    await page.goto(`${browser.url}/plans`);
    await page.getByRole("heading", { name: "No plans yet" }).waitFor();
    await page.goto(`${browser.url}/settings`);
    await page.getByText("described in the API and not built yet").waitFor();
  });

  it("fits a phone: no page is wider than the screen", async () => {
    const { page } = await browser.open({ width: 390 });
    for (const path of ["/", "/customers", "/customers/c1", "/plans", "/invoices", "/settings"]) {
      await page.goto(browser.url + path);
      await page.locator("h1").waitFor();
      await page.waitForLoadState("networkidle");
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.equal(width, 390, path);
    }
  });
});
