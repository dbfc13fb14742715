import {
  AcquireLeasesRequest,
  QuotaServiceClient,
  RecordUsageRequest,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { type BenchAccount, calling, openAccount } from "../world/account.ts";
import type { World } from "../world/start-world.ts";

/** An account whose gate holds room for every customer, so that each call releases its hold. */
export interface LoadedAccount extends BenchAccount {
  readonly gateId: string;
  /** The counter of each customer, in their order. */
  readonly counters: readonly string[];
}

/** Far more than a measurement spends. */
const HELD_CALLS = 2_000_000_000;
const ENDPOINTS = 10;

/** Opens an account and gives its gate leases. */
export async function loadedAccount(world: World, customers: number): Promise<LoadedAccount> {
  return loaded(world, await openAccount(world, customers));
}

/** Gives the account's gate leases. */
export async function loaded(world: World, account: BenchAccount): Promise<LoadedAccount> {
  const gateId = newId();
  const asks = account.customers.map(({ keyId }) => {
    return { keyId, endpoint: "/v1/forecast/{city}", method: "GET", wantedCalls: HELD_CALLS };
  });
  const { grants } = await calling(
    ...([QuotaServiceClient, world.ports.metering, account.rootKey] as const),
    ({ acquireLeases }) => acquireLeases(AcquireLeasesRequest.fromPartial({ gateId, asks })),
  );
  return { ...account, gateId, counters: grants.map(({ limits }) => limits[0]?.counterId ?? "") };
}

/** A batch of single calls over all customers and ten endpoints, each holding a unit. */
export function eventBatch(account: LoadedAccount, size: number): RecordUsageRequest {
  const time = new Date();
  return RecordUsageRequest.fromPartial({
    ...{ batchId: newId(), recorderId: newId(), holds: holdsOf(account) },
    events: Array.from({ length: size }, (_, at) => ({
      ...placeOf(account, at),
      ...{ eventId: newId(), time, latencyUs: 1_000 + (at % 5) * 4_000, units: 1n },
    })),
  });
}

/** A batch of pre-aggregated cells, each 50 calls of its own customer and endpoint. */
export function cellBatch(account: LoadedAccount, size: number): RecordUsageRequest {
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  return RecordUsageRequest.fromPartial({
    ...{ batchId: newId(), recorderId: newId(), holds: holdsOf(account) },
    cells: Array.from({ length: size }, (_, at) => ({
      ...placeOf(account, at),
      ...{ minute, count: 50n, units: 50n, latency: { counts: [0, 0, 10, 20, 20] } },
    })),
  });
}

/** Which customer and endpoint: every pair comes once before one comes again. */
function placeOf({ customers }: LoadedAccount, at: number) {
  const customer = at % customers.length;
  const endpoint = Math.floor(at / customers.length) % ENDPOINTS;
  return {
    caller: { $case: "keyId" as const, value: customers[customer]?.keyId ?? "" },
    ...{ endpoint: `/v1/forecast/${endpoint}`, method: "GET", status: 200 },
    ...{ requestBytes: 100n, responseBytes: 900n, hold: customer + 1 },
  };
}

function holdsOf({ gateId, counters }: LoadedAccount) {
  return counters.map((counterId) => ({ gateId, units: [{ counterId, units: 1n }] }));
}
