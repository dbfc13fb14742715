import { AccountCreated, CustomerCreated, KeyChanged } from "@tollbook/contracts/auth/v1/events";
import { EntitlementsChanged } from "@tollbook/contracts/billing/v1/events";
import type { ChaosWorld } from "../world/chaos-world.ts";
import { query } from "../world/query.ts";
import { type Finding, findingOf } from "./finding.ts";

/** What metering hears, and from whom. */
const heard = [
  { producer: "auth", types: [AccountCreated.$type, CustomerCreated.$type, KeyChanged.$type] },
  { producer: "billing", types: [EntitlementsChanged.$type] },
];
const services = ["auth", "billing", "metering"];

/** News that metering should have heard, and has not. */
export async function unheardNews(world: ChaosWorld, accountId: string): Promise<string[]> {
  const inbox = "select event_id from inbox where account_id = $1";
  const rows = await query<{ event_id: string }>(world.superUrl("metering"), inbox, [accountId]);
  const known = new Set(rows.map(({ event_id }) => event_id));
  const told = await Promise.all(
    heard.map(({ producer, types }) => {
      const text = `select event_id, type from outbox where account_id = $1 and type = any($2)`;
      const url = world.superUrl(producer);
      return query<{ event_id: string; type: string }>(url, text, [accountId, types]);
    }),
  );
  const missing = told.flat().filter(({ event_id }) => !known.has(event_id));
  return missing.map(({ event_id, type }) => `${type} ${event_id}`);
}

/** Facts that are not on their way yet. */
export async function unpublishedNews(world: ChaosWorld, accountId: string): Promise<string[]> {
  const text = `select type || ' ' || event_id as news from outbox
    where account_id = $1 and published_time is null`;
  const of = async (service: string) => {
    const rows = await query<{ news: string }>(world.superUrl(service), text, [accountId]);
    return rows.map(({ news }) => news);
  };
  return (await Promise.all(services.map(of))).flat();
}

/** Every fact is published and heard, and none was set aside. */
export async function compareNews(world: ChaosWorld, accountId: string): Promise<Finding[]> {
  const text = `select type || ': ' || last_error as letter from dead_letter where account_id = $1`;
  const letters = await Promise.all(
    services.map((service) =>
      query<{ letter: string }>(world.superUrl(service), text, [accountId]),
    ),
  );
  return [
    ...findingOf("news were not heard", await unheardNews(world, accountId)),
    ...findingOf("news are not published", await unpublishedNews(world, accountId)),
    ...findingOf(
      "news were set aside as dead letters",
      letters.flat().map(({ letter }) => letter),
    ),
  ];
}
