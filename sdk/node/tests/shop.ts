import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { type ExpressOptions, type TollbookMiddleware, tollbook } from "../src/express.ts";
import type { Trouble } from "../src/index.ts";
import { FakePlatform, rootKey } from "./fake-platform.ts";

/** An API with the middleware in front, and a platform behind it. */
export interface Shop {
  readonly platform: FakePlatform;
  readonly gate: TollbookMiddleware;
  readonly troubles: Trouble[];
  readonly url: string;
  /** One call, as it is answered. */
  callOnce(path: string, key?: string, init?: RequestInit): Promise<Response>;
  /** A call that is made again while it cannot be decided in time (503), as a good client does. */
  call(path: string, key?: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

type Framework = () => Express;

/** Opens the API on a free port; `framework` is Express 5 unless told otherwise. */
export async function openShop(
  options: Partial<ExpressOptions> & { platform?: FakePlatform; framework?: Framework } = {},
): Promise<Shop> {
  const { platform = await startedPlatform(), framework = express as Framework, ...rest } = options;
  const troubles: Trouble[] = [];
  const onTrouble = (trouble: Trouble) => void troubles.push(trouble);
  const gate = tollbook({ url: platform.url, rootKey, onTrouble, ...rest });
  const app = framework();
  app.use(gate);
  addRoutes(app);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const callOnce: Shop["callOnce"] = (path, key, init = {}) => {
    const headers = { ...init.headers, ...(key === undefined ? {} : { "x-api-key": key }) };
    return fetch(url + path, { ...init, headers });
  };
  return {
    ...{ platform, gate, troubles, url, callOnce },
    async call(path, key, init) {
      for (;;) {
        const answer = await callOnce(path, key, init);
        if (answer.status !== 503) return answer;
      }
    },
    close: () => closeAll(gate, server, platform),
  };
}

async function startedPlatform(): Promise<FakePlatform> {
  const platform = new FakePlatform();
  await platform.start();
  return platform;
}

async function closeAll(gate: TollbookMiddleware, server: Server, platform: FakePlatform) {
  await gate.stop(1_000);
  server.closeAllConnections();
  server.close();
  platform.stop();
}

function addRoutes(app: Express): void {
  app.get("/v1/forecast/:city", (request, response) => {
    if (request.params.city === "atlantis") response.status(404).json({ error: "no such city" });
    else response.json({ city: request.params.city });
  });
  app.get("/v1/who", (request, response) => {
    const { customer, key, plan, remaining } = request.tollbook ?? {};
    response.json({ customer, key, plan, remaining });
  });
  app.post("/v1/tokens/:count", (request, response) => {
    request.tollbook?.add(Number(request.params.count));
    response.status(201).end();
  });
  app.get("/v1/stream", (_request, response) => {
    response.write("first, ");
    setImmediate(() => response.end(Buffer.from("second")));
  });
  app.get("/v1/never", () => {});
  app.get("/v1/broken", () => {
    throw new Error("the handler fails");
  });
  app.set("env", "test");
}
