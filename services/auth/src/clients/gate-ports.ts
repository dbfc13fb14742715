import { DomainError } from "@tollbook/domain";
import type { KeyNews as GateNews, GatePorts, KeyRecord } from "@tollbook/gate";
import { type MeteringCalls, meteringPorts } from "@tollbook/gate/wire";
import type { Auth } from "../app/index.ts";
import type { KeyNews } from "../app/key-news.ts";
import type { FoundKey } from "../app/needs.ts";

/** What a hosted gate asks: keys of this process, limits and counts of metering. */
export function gatePorts(app: Auth, metering: MeteringCalls, accountId: string): GatePorts {
  return {
    ...meteringPorts(metering),
    async resolveKey(keySha256) {
      try {
        return toRecord(await app.resolveKey(accountId, Buffer.from(keySha256, "hex")));
      } catch (error) {
        if (error instanceof DomainError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    async *watchKeys(sinceVersion, signal) {
      for await (const news of app.watchKeys(accountId, sinceVersion ?? 0n, signal)) {
        const told = toGateNews(news, app.clock.now().getTime());
        if (told) yield told;
      }
    },
  };
}

function toRecord({ key, ...customer }: FoundKey): KeyRecord {
  return {
    keyId: key.keyId,
    customerId: key.customerId,
    customerExternalId: customer.customerExternalId,
    name: key.name,
    test: key.test,
    state: key.state,
    expiresAtMs: key.expireTime?.getTime(),
    scopes: key.scopes,
    allowedCidrs: [],
    metadata: key.metadata,
    subscriptionId: key.subscriptionId,
    hasOwnLimits: key.limits.length > 0,
    standing: customer.standing,
    version: key.version,
    customerVersion: customer.customerVersion,
  };
}

function toGateNews(news: KeyNews, businessMs: number): GateNews | undefined {
  const base = { version: news.version, businessMs };
  switch (news.kind) {
    case "heartbeat":
    case "resync":
      return { ...base, kind: news.kind };
    case "account": {
      const { suspended, defaultFailureMode } = news.account;
      return { ...base, kind: "account", account: { suspended, defaultFailureMode } };
    }
    case "key":
      return { ...base, kind: "key", key: toRecord(news.found) };
    case "customer": {
      const { customerId, standing, customerVersion } = news;
      return { ...base, kind: "customer", customerId, standing, customerVersion };
    }
    case "root-key-revoked":
      return undefined;
  }
}
