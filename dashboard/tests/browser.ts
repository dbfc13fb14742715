import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { systemClock } from "@tollbook/domain";
import { assembleGateway, gatewaySettings } from "@tollbook/gateway";
import { createLogger, Registry, readConfig } from "@tollbook/service";
import { type Page, chromium as playwright, type Route } from "playwright-core";
import { build } from "vite";
import { answers, now, signedOut } from "./fixtures.ts";

export interface Opened {
  page: Page;
  /** What the browser complained of: errors of scripts and of the content security policy. */
  complaints: string[];
  /** Requests that changed something, as `METHOD path body`. */
  sent: string[];
}

export interface Browser {
  url: string;
  open(options?: { width?: number; signedIn?: boolean }): Promise<Opened>;
  close(): Promise<void>;
}

/** Makes the browser one process, or lets pages read each other's: not what is tested here. */
const unwanted = ["--single-process", "--no-zygote", "--disable-web-security"];

/** The built dashboard, served by a real gateway; what is behind it answers from fixtures. */
export async function startBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), "tollbook-dashboard-"));
  const root = join(import.meta.dirname, "..");
  await build({ root, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  const config = readConfig(gatewaySettings, {
    TOLLBOOK_HTTP_PORT: "0",
    TOLLBOOK_GATEWAY_DASHBOARD_FOLDER: folder,
  });
  const logger = createLogger({ service: "test", level: "silent" });
  const metrics = new Registry();
  const gateway = await assembleGateway(config, { clock: systemClock, logger, metrics });
  await gateway.start();
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => !unwanted.includes(argument)),
  });
  const url = `http://127.0.0.1:${gateway.httpPort()}`;
  return {
    url,
    open: async ({ width = 1280, signedIn = true } = {}) => {
      const viewport = { width, height: 900 };
      const context = await browser.newContext({ viewport, locale: "en-IN" });
      return prepare(await context.newPage(), signedIn);
    },
    close: async () => {
      await browser.close();
      await gateway.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function prepare(page: Page, signedIn: boolean): Promise<Opened> {
  const complaints: string[] = [];
  const sent: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const failedRequest = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !failedRequest) complaints.push(message.text());
  });
  let known = signedIn;
  const answer = async (route: Route) => {
    const request = route.request();
    const name = `${request.method()} ${new URL(request.url()).pathname}`;
    if (request.method() !== "GET") sent.push(`${name} ${request.postData() ?? ""}`);
    const found = answers[name]?.(request.postDataJSON() as never) ?? signedOut;
    const entering = name.includes("/dashboard-session/");
    if (name.endsWith("/sign-in") && found[0] === 200) known = true;
    if (name.endsWith("/sign-out")) known = false;
    const [status, body] = known || entering ? found : signedOut;
    const headers = { "tollbook-time": now };
    const contentType = status < 400 ? "application/json" : "application/problem+json";
    await route.fulfill({ status, headers, contentType, body: JSON.stringify(body) });
  };
  await page.route("**/v1/**", answer);
  await page.route("**/dashboard-session/**", answer);
  return { page, complaints, sent };
}
