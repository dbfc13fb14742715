import { setTimeout as sleep } from "node:timers/promises";
import { processName } from "@tollbook/local/parts";
import { eventually } from "@tollbook/testing";
import { childrenOf } from "../../scenarios/world/processes-of.ts";
import { query } from "../world/query.ts";
import type { Fault, Scene } from "./fault.ts";

const recoveryMs = 60_000;

/** `kill -9` of the postmaster and all its children at once, as when a machine loses its power. */
export const killPostgres: Fault = ({ world }, random) => {
  const awayMs = random.between(0, 800);
  return world.postgres.restart(
    async (server) => {
      for (const pid of [server.pid, ...childrenOf(server.pid)]) signal(pid, "SIGKILL");
      await server.kill();
    },
    () => sleep(awayMs),
  );
};

/** `kill -9` of one session: PostgreSQL then ends all others and recovers. */
export const killSession: Fault = (scene, random) => {
  const choice = random.fraction();
  return scene.world.postgres.inTurn(async () => {
    const pids = await sessions(scene);
    const pid = pids[Math.floor(choice * pids.length)];
    if (pid !== undefined) signal(pid, "SIGKILL");
    await sessions(scene); // it answers: it has recovered
  });
};

/** SIGSTOP of some sessions, with whatever locks they hold. */
export const pauseSessions: Fault = (scene, random) => {
  const [share, ms] = [random.fraction(), random.between(200, 1_500)];
  return scene.world.postgres.inTurn(async () => {
    const pids = await sessions(scene);
    const chosen = pids.slice(0, Math.ceil(pids.length * share));
    // Process ids are used again: only the same process may be woken.
    const stopped = chosen.map(processName).filter((name) => name !== undefined);
    for (const { pid } of stopped) signal(pid, "SIGSTOP");
    await sleep(ms);
    for (const { pid, began } of stopped) {
      if (processName(pid)?.began === began) signal(pid, "SIGCONT");
    }
  });
};

/** The processes that serve metering's connections, busiest first; after a recovery, if one runs. */
async function sessions({ world }: Scene): Promise<number[]> {
  const text = `select pid from pg_stat_activity
    where datname = 'tollbook_metering' and backend_type = 'client backend'
      and pid <> pg_backend_pid() order by state_change desc`;
  const url = world.superUrl("metering");
  const look = () => query<{ pid: number }>(url, text);
  const rows = await eventually(look, { withinMs: recoveryMs, everyMs: 100 });
  return rows.map(({ pid }) => pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
