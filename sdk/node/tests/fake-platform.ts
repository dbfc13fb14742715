import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import {
  DirectoryServiceService,
  KeyRecord,
  KeyState,
  ResolveKeyResponse,
  Standing,
  type WatchKeysResponse,
} from "@tollbook/contracts/auth/v1";
import { QuotaServiceService, UsageServiceService } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { hashKey, makeKey } from "@tollbook/gate";
import { FakeMetering } from "./fake-metering.ts";

export const rootKey = "tb_root_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/** The RPCs that an embedded gate calls, over real gRPC, with a ledger for everything counted. */
export class FakePlatform {
  readonly metering = new FakeMetering();
  /** While set, every RPC is answered with it. */
  failure: { code: status; details: string } | undefined;
  /** While set, no RPC is answered. */
  hangs = false;
  readonly #keys = new Map<string, KeyRecord>();
  readonly #watchers = new Set<ServerWritableStream<unknown, WatchKeysResponse>>();
  #version = 1n;
  #server = new Server();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(port = 0): Promise<void> {
    this.#server = new Server();
    this.#server.addService(DirectoryServiceService, {
      resolveKey: this.#unary((request: { keySha256: Buffer }) => this.#resolve(request.keySha256)),
      watchKeys: (stream: ServerWritableStream<unknown, WatchKeysResponse>) => this.#watch(stream),
    });
    this.#server.addService(QuotaServiceService, {
      acquireLeases: this.#unary((request) => this.metering.acquire(request as never)),
      releaseLeases: this.#unary((request) => this.metering.release(request as never)),
    });
    this.#server.addService(UsageServiceService, {
      recordUsage: this.#unary((request) => this.metering.record(request as never)),
    });
    const credentials = ServerCredentials.createInsecure();
    const address = `127.0.0.1:${port}`;
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (e, bound) => (e ? reject(e) : resolve(bound)));
    });
  }

  /** Cuts every connection; `start(port)` brings it back with its ledger. */
  stop(): number {
    this.#watchers.clear();
    this.#server.forceShutdown();
    return this.#port;
  }

  /** A customer with a key; `limit` calls a month, or none. */
  addCustomer(externalId: string, limit?: number): { key: string; keyId: string } {
    const { key } = makeKey({ test: false });
    const keyId = newId();
    const customerId = newId();
    const record = KeyRecord.fromPartial({
      ...{ keyId, customerId, customerExternalId: externalId, name: `${externalId}'s key` },
      ...{ state: KeyState.ACTIVE, standing: Standing.GOOD, version: 1n, customerVersion: 1n },
    });
    this.#keys.set(hashKey(key), record);
    this.metering.addKey(keyId, externalId, limit);
    return { key, keyId };
  }

  /** Ends a key, and tells every gate. */
  revoke(key: string): void {
    const record = this.#keys.get(hashKey(key));
    if (record === undefined) throw new Error("there is no such key");
    const revoked = { ...record, state: KeyState.REVOKED, version: record.version + 1n };
    this.#keys.set(hashKey(key), revoked);
    this.#version += 1n;
    const news = this.#news({ $case: "key", value: revoked });
    for (const watcher of this.#watchers) watcher.write(news);
  }

  #resolve(keySha256: Buffer): ResolveKeyResponse {
    const key = this.#keys.get(keySha256.toString("hex"));
    if (key === undefined) throw { code: status.NOT_FOUND, details: "There is no such key." };
    return ResolveKeyResponse.fromPartial({ key });
  }

  #watch(stream: ServerWritableStream<unknown, WatchKeysResponse>): void {
    const refusal = this.#refusalOf(stream);
    if (refusal) return void stream.emit("error", refusal);
    this.#watchers.add(stream);
    stream.on("cancelled", () => this.#watchers.delete(stream));
    const heartbeat = { importedFilter: Buffer.alloc(0), importedFilterHashes: 0 };
    stream.write(this.#news({ $case: "heartbeat", value: heartbeat }));
  }

  #news(news: WatchKeysResponse["news"]): WatchKeysResponse {
    return { news, version: this.#version, serverTime: new Date(this.metering.businessMs()) };
  }

  #unary<Q, R>(answer: (request: Q) => R) {
    return (call: ServerUnaryCall<Q, R>, callback: sendUnaryData<R>) => {
      if (this.hangs) return;
      const refusal = this.#refusalOf(call);
      if (refusal) return callback(refusal);
      try {
        callback(null, answer(call.request));
      } catch (error) {
        callback(error as { code: status; details: string });
      }
    };
  }

  #refusalOf({ metadata }: Pick<ServerUnaryCall<unknown, unknown>, "metadata">) {
    if (this.failure) return this.failure;
    if (metadata.get("authorization")[0] === `Bearer ${rootKey}`) return undefined;
    return { code: status.UNAUTHENTICATED, details: "There is no such root key." };
  }
}
