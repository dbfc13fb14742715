import { systemClock } from "@tollbook/domain";
import { Registry, readConfig } from "@tollbook/service";
import { assembleGateway, type GatewayParts, gatewaySettings } from "../src/index.ts";
import { quiet } from "./fake-services.ts";

export interface TestDoor {
  url: string;
  parts: GatewayParts;
}

/** A gateway on a free port that calls all services at one gRPC port. */
export async function openTestDoor(
  grpcPort: number,
  env: Record<string, string> = {},
): Promise<TestDoor> {
  const address = `127.0.0.1:${grpcPort}`;
  const config = readConfig(gatewaySettings, {
    TOLLBOOK_HTTP_PORT: "0",
    TOLLBOOK_AUTH_ADDRESS: address,
    TOLLBOOK_METERING_ADDRESS: address,
    TOLLBOOK_BILLING_ADDRESS: address,
    TOLLBOOK_NOTIFIER_ADDRESS: address,
    ...env,
  });
  const platform = { clock: systemClock, logger: quiet, metrics: new Registry() };
  const parts = await assembleGateway(config, platform);
  await parts.start();
  return { url: `http://127.0.0.1:${parts.httpPort()}`, parts };
}

/** An answer's status, headers and JSON. */
export async function ask(url: string, init: RequestInit & { json?: unknown } = {}) {
  const { json, ...rest } = init;
  const headers = new Headers(init.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  const body = json === undefined ? init.body : JSON.stringify(json);
  const response = await fetch(url, { ...rest, headers, ...(body ? { body } : {}) });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, text, ...parsed(text, isJson) };
}

function parsed(text: string, isJson: boolean | undefined) {
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into by tests.
  return { json: isJson && text ? (JSON.parse(text) as any) : undefined };
}
