import chromium from "@sparticuz/chromium";
import { type Page, chromium as playwright } from "playwright-core";

export interface Browser {
  /** A page in a new session of an Indian reader, 1280 wide. */
  page: Page;
  /** What the browser complained of: errors of scripts and of the content security policy. */
  complaints: string[];
  close(): Promise<void>;
}

/** Makes the browser one process, or lets pages read each other's: nobody browses like that. */
const unwanted = ["--single-process", "--no-zygote", "--disable-web-security"];

/** Opens Chromium without a screen. */
export async function openBrowser(): Promise<Browser> {
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => !unwanted.includes(argument)),
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-IN",
    timezoneId: "Asia/Kolkata",
    colorScheme: "light",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A visitor without a session is answered 401 when the page asks who is there.
    const failedRequest = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !failedRequest) complaints.push(message.text());
  });
  return { page, complaints, close: () => browser.close() };
}
