import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { Customer } from "./account.ts";
import type { Ledger } from "./ledger.ts";
import { callOf } from "./story.ts";

/** Real connections, kept alive; each carries several calls at a time. */
const connections = 12;
const pipelining = 4;
/** A call that cannot be decided is made again, as a good client does; so often at most. */
const triesMax = 30;

/** WeatherNow's callers. */
export interface Traffic {
  /** Makes the calls with the numbers from `from` to before `to`, several at a time. */
  send(customer: Customer, from: number, to: number): Promise<void>;
  close(): Promise<void>;
}

/** Calls WeatherNow over HTTP; each answer goes into the ledger, each call done is told. */
export function openTraffic(url: string, ledger: Ledger, onCall: () => void): Traffic {
  const pool = new Pool(url, { connections, pipelining });
  const callOnce = async (customer: Customer, index: number): Promise<void> => {
    const { endpoint, path } = callOf(customer, index);
    const headers = { "x-api-key": customer.key };
    for (let tries = 1; ; tries += 1) {
      const {
        statusCode,
        body,
        headers: said,
      } = await pool.request({ method: "GET", path, headers });
      await body.dump();
      ledger.note(customer.externalId, endpoint, statusCode);
      if (statusCode !== 503 || tries === triesMax) break;
      await sleep(Number(said["retry-after"] ?? 1) * 1_000);
    }
    onCall();
  };
  return {
    async send(customer, from, to) {
      let next = from;
      const lane = async () => {
        while (next < to) {
          const index = next;
          next += 1;
          await callOnce(customer, index);
        }
      };
      await Promise.all(Array.from({ length: customer.atOnce }, lane));
    },
    close: () => pool.close(),
  };
}
