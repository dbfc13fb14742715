/**
 * `node sdk/node/bench/middleware.ts [limit]`: what the middleware adds to a warm call, from its
 * entry to `next` and again at the response's end, in an application of 100 routes.
 */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { tollbook } from "@tollbook/sdk/express";
import express from "express";
import { FakePlatform, rootKey } from "../tests/fake-platform.ts";

const callsPerRound = 20_000;
const limit = process.argv[2] === undefined ? undefined : Number(process.argv[2]);

const platform = new FakePlatform();
await platform.start();
const { key } = platform.addCustomer("abc", limit);
const gate = tollbook({ url: platform.url, rootKey, onTrouble: console.error });
const app = express();
app.use(gate);
for (let i = 0; i < 100; i += 1) app.get(`/v1/thing${i}/:id`, (_, response) => void response.end());

for (let round = 1; round <= 5; round += 1) {
  const spentUs = new Float64Array(callsPerRound);
  for (let i = 0; i < callsPerRound; i += 1) {
    spentUs[i] = callOnce(`/v1/thing99/${i % 1_000}`);
    if (i % 500 === 0) await sleep(1); // lets the gate fetch its leases
  }
  const sorted = spentUs.sort();
  const at = (share: number) => sorted[Math.floor(callsPerRound * share)]?.toFixed(1);
  console.log(`round ${round}: median ${at(0.5)} µs, p99 ${at(0.99)} µs`);
}
await gate.stop();
platform.stop();

function callOnce(path: string): number {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: "GET", url: path, originalUrl: path, app });
  request.headers = { "x-api-key": key };
  const response = new ServerResponse(request);
  const start = performance.now();
  gate(request, response, () => {});
  const passed = performance.now();
  const end = performance.now();
  response.emit("finish");
  return (passed - start + performance.now() - end) * 1_000;
}
