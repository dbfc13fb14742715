import { type HeldShare, RateDesk, type RateShare } from "../domain/rate-desk.ts";
import type { AskedBundle } from "./asked-bundle.ts";
import type { AppliedRate } from "./lease-answer.ts";
import type { LeaseAsk, LeaseRequest } from "./lease-request.ts";
import type { Store } from "./needs.ts";
import type { NamedBucket } from "./rate-store.ts";

/** A gate asks for a second and a half of its demand. */
const HORIZON_MS = 1_500n;
/** Thousandths of calls a minute that one call in so many milliseconds is. */
const PER_MINUTE_MILLI = 60_000_000n;

/** The rates a gate asked under, with the shares it is given. */
export class GateRates {
  readonly #desks: ReadonlyMap<string, RateDesk>;
  readonly shares: ReadonlyMap<string, RateShare>;

  constructor(desks: ReadonlyMap<string, RateDesk>, shares: ReadonlyMap<string, RateShare>) {
    this.#desks = desks;
    this.shares = shares;
  }

  /** Calls the shares let through until they are renewed: leases of more would lie unused. */
  atMost(wanted: bigint, rates: readonly NamedBucket[]): bigint {
    let calls = wanted;
    for (const { bucketId } of rates) {
      const share = this.shares.get(bucketId);
      if (share === undefined) continue;
      const filling = (share.perMinuteMilli * BigInt(share.expiresInMs)) / PER_MINUTE_MILLI;
      const most = share.burst + filling;
      if (most < calls) calls = most;
    }
    return calls;
  }

  /** How each rate stands after the answer. */
  applied(rates: readonly NamedBucket[]): AppliedRate[] {
    return rates.map(({ bucketId, limit }) => ({
      ...{ limit, bucketId },
      remaining: this.#desks.get(bucketId)?.freeCalls ?? 0n,
      exhausted: this.shares.get(bucketId)?.burst === 0n,
    }));
  }
}

/** Gives a gate its share of every rate of its asks. Buckets are locked after counters, sorted. */
export async function shareRates(
  store: Store,
  { gateId, shares: held }: LeaseRequest,
  bundles: readonly (AskedBundle | undefined)[],
): Promise<GateRates> {
  const asked = askedBuckets(bundles);
  if (asked.size === 0) return new GateRates(new Map(), new Map());
  const ids = [...asked.keys()].sort();
  let { rows, nowUs } = await store.rates.lock(ids);
  if (rows.length < ids.length) {
    await store.rates.make([...asked.values()].map(({ bucket }) => bucket));
    ({ rows, nowUs } = await store.rates.lock(ids));
  }
  const desks = new Map(
    rows.map(({ bucketId, rate, level, shares }) => {
      const limit = asked.get(bucketId)?.bucket.limit ?? rate;
      return [bucketId, new RateDesk(bucketId, limit, level, shares, nowUs)] as const;
    }),
  );
  const known = new Map(held.map((share) => [share.bucketId, share]));
  const shares = [...desks].map(([bucketId, desk]) => {
    const said = known.get(bucketId) ?? firstAsk(bucketId, asked.get(bucketId)?.asks ?? []);
    return [bucketId, desk.offer(gateId, said)] as const;
  });
  await store.rates.write(gateId, changesOf(gateId, desks));
  return new GateRates(desks, new Map(shares));
}

/** What is to be written of the desks a gate was served at. */
export function changesOf(gateId: string, desks: ReadonlyMap<string, RateDesk>) {
  return [...desks].flatMap(([bucketId, desk]) => {
    const share = desk.share(gateId);
    const { level, rate } = desk;
    return share === undefined ? [] : [{ bucketId, rate, level, share }];
  });
}

function askedBuckets(bundles: readonly (AskedBundle | undefined)[]) {
  const asked = new Map<string, { bucket: NamedBucket; asks: LeaseAsk[] }>();
  for (const bundle of bundles) {
    for (const bucket of bundle?.rates ?? []) {
      const known = asked.get(bucket.bucketId) ?? { bucket, asks: [] };
      if (bundle !== undefined) known.asks.push(bundle.ask);
      asked.set(bucket.bucketId, known);
    }
  }
  return asked;
}

/** A gate that has not heard of a rate says nothing of it: what it asks for in all tells enough. */
function firstAsk(bucketId: string, asks: readonly LeaseAsk[]): HeldShare {
  const wantedCalls = asks.reduce((sum, ask) => sum + BigInt(ask.wantedCalls), 0n);
  const demand = (wantedCalls * PER_MINUTE_MILLI) / HORIZON_MS;
  return { bucketId, number: 0n, returnedMicro: 0n, demand, wantedCalls };
}
