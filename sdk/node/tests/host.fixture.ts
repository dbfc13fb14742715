/** A host of its own process, as the README has it; the argument is how it takes signals. */

import type { AddressInfo } from "node:net";
import { tollbook } from "@tollbook/sdk/express";
import express from "express";

const app = express();
app.use(tollbook());
app.get("/v1/forecast/:city", (request, response) => {
  response.json({ city: request.params.city });
});
const server = app.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
  process.disconnect?.();
});

const [manners] = process.argv.slice(2);
if (manners === "closes") process.on("SIGTERM", () => server.close());
if (manners === "ignores") process.on("SIGTERM", () => {});
