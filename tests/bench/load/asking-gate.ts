import { AcquireLeasesRequest, QuotaServiceClient } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { createLogger } from "@tollbook/service";
import { type Client, createClient } from "@tollbook/service/client";
import type { BenchAccount, BenchCustomer } from "../world/account.ts";

const logger = createLogger({ service: "bench", level: "silent" });
const WANTED_CALLS = 10;

/** A gate that has spent all it was granted whenever it asks: each ask is granted anew. */
export class AskingGate {
  readonly gateId = newId();
  readonly #client: Client<typeof QuotaServiceClient.service>;
  readonly #asks: AcquireLeasesRequest["asks"];
  #known: AcquireLeasesRequest["known"] = [];

  constructor(port: number, { rootKey }: BenchAccount, customers: readonly BenchCustomer[]) {
    const address = `127.0.0.1:${port}`;
    const credential = () => rootKey;
    this.#client = createClient(QuotaServiceClient, {
      ...{ address, credential, deadlineMs: 30_000, logger },
    });
    this.#asks = customers.map(({ keyId }) => ({
      ...{ keyId, endpoint: "/v1/forecast/{city}", method: "GET" },
      ...{ wantedCalls: WANTED_CALLS, unitsPerCall: 1n },
    }));
  }

  /** Asks once for every customer; throws if one was granted less than it wanted. */
  async ask(): Promise<number> {
    const request = { gateId: this.gateId, asks: this.#asks, known: this.#known };
    const answer = await this.#client.acquireLeases(AcquireLeasesRequest.fromPartial(request));
    if (answer.grants.some(({ grantedCalls }) => grantedCalls !== WANTED_CALLS)) {
      throw new Error("a gate was granted less than it wanted");
    }
    this.#known = answer.leases.map(({ counterId, grantedTotal }) => {
      return { counterId, grantedTotal, returnedTotal: 0n, unspent: 0n };
    });
    return this.#asks.length;
  }

  close(): void {
    this.#client.close();
  }
}
