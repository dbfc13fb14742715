import { eventually } from "@tollbook/testing";
import { unheardNews, unpublishedNews } from "./compare/news.ts";
import type { ChaosWorld } from "./world/chaos-world.ts";
import { query } from "./world/query.ts";

/** With everything up again, all that waits must be through within this. */
const drainMs = 60_000;

/**
 * No more faults: waits until everybody has an answer to all they sent, what vanished
 * gates held is stranded, and news are heard. What is not through in time shows in the comparison.
 */
export async function drain(
  world: ChaosWorld,
  accountId: string,
  actors: readonly { finish(withinMs: number): Promise<void> }[],
): Promise<void> {
  await Promise.all(actors.map((actor) => actor.finish(drainMs)));
  const rested = async () => {
    const url = world.superUrl("metering");
    const [row] = await query<{ out: string }>(url, LEASED, [accountId]);
    if (row?.out !== "0") return false;
    const unheard = await unheardNews(world, accountId);
    return unheard.length === 0 && (await unpublishedNews(world, accountId)).length === 0;
  };
  await eventually(rested, { withinMs: drainMs, everyMs: 250 }).catch(() => undefined);
}

const LEASED = `select coalesce(sum(leased), 0) as out from counter
  where account_id = $1`;
