import type { ChaosAccount } from "../account.ts";
import type { UsageClient } from "../clients/usage-client.ts";
import type { KeptGate } from "../gates/kept-gate.ts";
import type { Owner } from "../owner.ts";
import type { ChaosWorld } from "../world/chaos-world.ts";
import { compareCalls } from "./counted-calls.ts";
import { compareCrossings } from "./crossings.ts";
import { type Finding, findingOf } from "./finding.ts";
import { compareLimits } from "./limits.ts";
import { compareNews } from "./news.ts";
import { compareSums } from "./sums.ts";
import { type ToldCalls, tellCalls } from "./told-calls.ts";

/** Who did what is compared. */
export interface Actors {
  readonly gates: readonly KeptGate[];
  readonly clients: readonly UsageClient[];
  readonly owner: Owner;
}

/** Compares all ledgers with the database. Everything must be at rest. */
export async function compareAll(
  world: ChaosWorld,
  account: ChaosAccount,
  { gates, clients, owner }: Actors,
): Promise<{ told: ToldCalls; findings: Finding[] }> {
  const url = world.superUrl("metering");
  const { accountId } = account;
  const ledgers = clients.map(({ ledger }) => ledger);
  const told = tellCalls(account, gates, ledgers);
  const findings = [
    ...(await compareCalls(url, account, told, ledgers)),
    ...(await compareLimits(url, account, told)),
    ...(await compareSums(url, accountId)),
    ...(await compareCrossings(url, accountId)),
    ...(await compareNews(world, accountId)),
    ...unfinished(gates, clients),
    ...findingOf(
      "answers were not as promised",
      [...ledgers, owner].flatMap(({ complaints }) => complaints),
    ),
    ...findingOf("gates lost usage", told.losses),
    ...findingOf(
      "processes ended although nobody ended them",
      [world.postgres, world.nats, ...world.services].flatMap(({ name, ends }) => {
        return ends.splice(0).map((how) => `${name}: ${how}`);
      }),
    ),
  ];
  return { told, findings };
}

/** What has no receipt although everything is up again. */
function unfinished(gates: readonly KeptGate[], clients: readonly UsageClient[]): Finding[] {
  const waiting = clients.flatMap(({ ledger }) => {
    return [...ledger.batches.values()].filter(({ receipt }) => receipt === undefined);
  });
  return [
    ...findingOf(
      "batches have no receipt although everything is up",
      waiting.map(({ batchId }) => batchId),
    ),
    ...findingOf(
      "gates could not deliver their usage although everything is up",
      gates.filter(({ lives }) => !lives.at(-1)?.finished).map(({ name }) => name),
    ),
    ...findingOf(
      "usage of killed gates was left in their spool",
      gates.flatMap((gate) => gate.spooled()),
    ),
  ];
}
