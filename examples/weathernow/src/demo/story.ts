/** The cast of the month, and every figure that is to come of it. */

/** Business time at the start: 10 January 2027, 10:00 in India. */
export const startTime = "2027-01-10T04:30:00Z";
/** January in India. */
export const month = { startTime: "2026-12-31T18:30:00Z", endTime: "2027-01-31T18:30:00Z" };
/** Past the month's end and the day for which its usage stays open. */
export const billingTime = "2027-02-01T18:31:00Z";

/** The routes of WeatherNow, as templates. */
export const endpoints = ["/v1/forecast/{city}", "/v1/current/{city}", "/v1/history/{city}"];
const knownCities = ["pune", "delhi", "kochi", "shillong", "jaipur", "Kolkata", "mumbai"];
/** WeatherNow answers 404 for it. */
const unknownCity = "atlantis";

/** Calls a month on the free plan, and not one more. */
export const freeCalls = 1_000;

/** A customer of WeatherNow, and what January is to bring it. */
export interface Caller {
  name: string;
  externalId: string;
  email: string;
  plan: "pay as you go" | "free";
  /** Calls, in bursts; the next begins when the last is counted. */
  bursts: readonly number[];
  /** Calls under way at one time. */
  atOnce: number;
  /** In the first burst, each so-many-eth call asks for a city that does not exist. */
  missEvery: number;
  /** What its invoice says, in rupees; undefined if it gets none. */
  amount: string | undefined;
}

/** The three customers; a small month has a tenth of the paying ones' calls. */
export function castOf(small: boolean): [abc: Caller, xyz: Caller, freeRider: Caller] {
  const part = small ? 10 : 1;
  return [
    {
      ...{ name: "ABC Pvt Ltd", externalId: "abc", email: "accounts@abc.example" },
      ...{ plan: "pay as you go", bursts: [20_000 / part], atOnce: 16, missEvery: 100 },
      amount: small ? "2.00" : "20.00",
    },
    {
      ...{ name: "XYZ Mobile App", externalId: "xyz", email: "billing@xyz.example" },
      ...{ plan: "pay as you go", bursts: [150_000 / part], atOnce: 32, missEvery: 250 },
      amount: small ? "15.00" : "150.00",
    },
    {
      ...{ name: "Free Rider", externalId: "free-rider", email: "hello@freerider.example" },
      ...{ plan: "free", bursts: [900, 600], atOnce: 8, missEvery: 20 },
      amount: undefined,
    },
  ];
}

/** One call. */
export interface Call {
  endpoint: string;
  path: string;
}

/** The call with this number, from 0: all three routes in turn, and the cities one after another. */
export function callOf({ bursts, missEvery }: Caller, index: number): Call {
  const endpoint = endpoints[index % endpoints.length] ?? "";
  const misses = index < (bursts[0] ?? 0) && (index + 1) % missEvery === 0;
  const city = misses ? unknownCity : (knownCities[index % knownCities.length] ?? "");
  return { endpoint, path: endpoint.replace("{city}", city) };
}

/** All calls it tries to make. */
export function triedCalls({ bursts }: Caller): number {
  return bursts.reduce((sum, calls) => sum + calls, 0);
}

/** Calls that are to go through. */
export function allowedCalls(caller: Caller): number {
  const tried = triedCalls(caller);
  return caller.plan === "free" ? Math.min(tried, freeCalls) : tried;
}

/** Calls that are to be answered 404. */
export function missedCalls({ bursts, missEvery }: Caller): number {
  return Math.floor((bursts[0] ?? 0) / missEvery);
}
