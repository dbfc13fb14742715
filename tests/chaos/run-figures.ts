import type { ChaosAccount } from "./account.ts";
import type { UsageLedger } from "./clients/sent-usage.ts";
import type { UsageClient } from "./clients/usage-client.ts";
import type { ToldCalls } from "./compare/told-calls.ts";
import type { Owner } from "./owner.ts";
import type { ChaosWorld } from "./world/chaos-world.ts";
import { query } from "./world/query.ts";

/** What a run was made of, in numbers. */
export interface RunFigures {
  readonly loadMs: number;
  readonly drainMs: number;
  readonly gates: {
    readonly allowed: number;
    readonly refused: Readonly<Record<string, number>>;
    /** To be counted, and acknowledged as counted; the rest died with its gate. */
    readonly made: number;
    readonly acknowledged: number;
  };
  readonly clients: UsageLedger["figures"];
  /** Keys issued while things failed. */
  readonly owner: { readonly issued: number };
  readonly failures: Readonly<Record<string, number>>;
  readonly database: { readonly counted: number; readonly stranded: number };
  readonly proxy: { readonly cuts: number; readonly unheardBytes: number };
}

interface Sources {
  readonly world: ChaosWorld;
  readonly account: ChaosAccount;
  readonly clients: readonly UsageClient[];
  readonly owner: Owner;
  readonly told: ToldCalls;
  readonly loadMs: number;
  readonly drainMs: number;
}

export async function figuresOf(sources: Sources): Promise<RunFigures> {
  const { world, account, clients, owner, told, loadMs, drainMs } = sources;
  const gated = told.customers.filter((_, at) => account.customers[at]?.plan !== "reported");
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const ledgers = clients.map(({ ledger }) => ledger);
  const [row] = await query<Record<"counted" | "stranded", string>>(
    world.superUrl("metering"),
    TOTALS,
    [account.accountId],
  );
  return {
    ...{ loadMs, drainMs },
    gates: {
      allowed: sum(gated.map(({ allowed }) => allowed)),
      refused: Object.fromEntries(told.refusals),
      made: sum(gated.map(({ made }) => made)),
      acknowledged: sum(gated.map(({ acknowledged }) => acknowledged)),
    },
    clients: ledgers.map(({ figures }) => figures).reduce(added),
    owner: { issued: owner.issued },
    failures: ledgers.map(({ failures }) => Object.fromEntries(failures)).reduce(added),
    database: { counted: Number(row?.counted), stranded: Number(row?.stranded) },
    proxy: { cuts: world.proxy.cuts, unheardBytes: world.proxy.unheardBytes },
  };
}

function added<F extends Record<string, number>>(one: F, other: F): F {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]),
  ) as F;
}

const TOTALS = `select
  (select coalesce(sum(calls + refused), 0) from rollup where account_id = $1) as counted,
  (select coalesce(sum(stranded), 0) from counter where account_id = $1) as stranded`;
