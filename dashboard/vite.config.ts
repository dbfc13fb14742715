import { defineConfig } from "vite";

/** Where a running Tollbook is, for `npm run dev`. */
const gateway = "http://127.0.0.1:8080";
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    // Browsers with light-dark() and the dialog element.
    target: ["chrome123", "firefox120", "safari17.5"],
    // No data: URLs: the gateway's content security policy keeps to files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/v1": gateway, "/dashboard-session": gateway, "/docs": gateway },
  },
});
