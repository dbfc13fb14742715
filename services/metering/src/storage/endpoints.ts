import type { Clock } from "@tollbook/domain";
import type { Database } from "@tollbook/service";
import { endpointMonth } from "../domain/endpoint-guard.ts";
import { endpointsPastGuard } from "./endpoint-guard.ts";
import type { Announcer } from "./store.ts";

/** Endpoints remembered in this process: about 20 MB. Past it the memory starts over. */
const KNOWN_MAX = 100_000;

/** What the directory needs of the outside. */
export interface EndpointNeeds {
  readonly database: Database;
  readonly clock: Clock;
  readonly toEvent: Announcer;
  /** Endpoints of an account that may be new in one month. */
  readonly max: number;
}

/** Which endpoints have rollups of their own, remembered once that is committed. */
export class EndpointDirectory {
  readonly #needs: EndpointNeeds;
  readonly #known = new Set<string>();
  /** Those past the guard, in this month: the next may have room for them. */
  readonly #past = new Set<string>();
  #month = "";

  constructor(needs: EndpointNeeds) {
    this.#needs = needs;
  }

  /** Of these endpoints, those that are one too many. New ones take their place here. */
  async pastGuard(accountId: string, endpoints: Iterable<string>): Promise<ReadonlySet<string>> {
    const month = endpointMonth(this.#needs.clock.now());
    if (month !== this.#month) this.#past.clear();
    this.#month = month;
    const [past, strange] = [new Set<string>(), new Set<string>()];
    for (const endpoint of new Set(endpoints)) {
      const name = `${accountId} ${endpoint}`;
      if (this.#past.has(name)) past.add(endpoint);
      else if (!this.#known.has(name)) strange.add(endpoint);
    }
    if (strange.size === 0) return past;
    const found = await this.#ask(accountId, [...strange], month);
    for (const endpoint of strange) {
      const isPast = found.has(endpoint);
      if (isPast) past.add(endpoint);
      remember(isPast ? this.#past : this.#known, `${accountId} ${endpoint}`);
    }
    return past;
  }

  #ask(accountId: string, endpoints: readonly string[], month: string) {
    const { database, toEvent, max } = this.#needs;
    return database.inAccount(accountId, (tx) => {
      const onOverflow = (endpoint: string) => {
        const fact = { kind: "endpoints-overflowed", month, endpointsMax: max, endpoint } as const;
        tx.announce(toEvent(fact, accountId));
      };
      return endpointsPastGuard(tx, endpoints, { month, max, onOverflow });
    });
  }
}

function remember(names: Set<string>, name: string): void {
  if (names.size >= KNOWN_MAX) names.clear();
  names.add(name);
}
