import { DirectoryServiceService as Directory } from "@tollbook/contracts/auth/v1";
import {
  QuotaServiceService as Quota,
  UsageServiceService as Usage,
} from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";
import type { GatePorts, KeyNews } from "@tollbook/gate";
import { fromProtoKeyNews, fromProtoKeyRecord, meteringPorts } from "@tollbook/gate/wire";
import type { Connection } from "./connection.ts";

/** An answer that takes longer is worth no more than none: callers wait on it. */
const askMs = 2_000;
/** A full batch is 10,000 items, and is sent again if its answer is late. */
const recordMs = 5_000;

/** What a gate asks of the outside, over one connection. */
export function gatePorts(connection: Connection): GatePorts {
  return {
    async resolveKey(keySha256) {
      const request = { keySha256: Buffer.from(keySha256, "hex") };
      try {
        const { key } = await connection.call(Directory.resolveKey, request, askMs);
        return key && fromProtoKeyRecord(key);
      } catch (error) {
        if (error instanceof DomainError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    watchKeys: (sinceVersion, signal) => watchKeys(connection, sinceVersion, signal),
    ...meteringPorts({
      acquireLeases: (request) => connection.call(Quota.acquireLeases, request, askMs),
      releaseLeases: (request) => connection.call(Quota.releaseLeases, request, askMs),
      recordUsage: (request) => connection.call(Usage.recordUsage, request, recordMs),
    }),
  };
}

/** Ports that lead nowhere, for a host that was not told where Tollbook is. */
export function closedPorts(sentence: string): GatePorts {
  const refuse = () => Promise.reject(new Error(sentence));
  return {
    ...{ resolveKey: refuse, acquireLeases: refuse, releaseLeases: refuse, recordUsage: refuse },
    watchKeys: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
  };
}

async function* watchKeys(
  connection: Connection,
  sinceVersion: bigint | undefined,
  signal: AbortSignal,
): AsyncIterable<KeyNews> {
  const request = { sinceVersion: sinceVersion ?? 0n };
  for await (const response of connection.stream(Directory.watchKeys, request, signal)) {
    const news = fromProtoKeyNews(response);
    if (news !== undefined) yield news;
  }
}
