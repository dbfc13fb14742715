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
  readonly database: {
    readonly counted: number;
    readonly stranded: number;
    /** Thresholds that were told. */
    readonly told: number;
  };
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
  const url = world.superUrl("metering");
  const totals = Object.entries(TOTALS).map(async ([name, sum]) => {
    const text = `select coalesce(sum(${sum.what}), 0) as total from ${sum.from}
      where account_id = $1`;
    const [row] = await query<{ total: string }>(url, text, [account.accountId]);
    return [name, Number(row?.total)] as const;
  });
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
    database: Object.fromEntries(await Promise.all(totals)) as RunFigures["database"],
    proxy: { cuts: world.proxy.cuts, unheardBytes: world.proxy.unheardBytes },
  };
}

function added<F extends Record<string, number>>(one: F, other: F): F {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]),
  ) as F;
}

const TOTALS = {
  counted: { what: "calls + refused", from: "rollup" },
  stranded: { what: "stranded", from: "counter" },
  told: { what: "told::integer", from: "threshold_crossed" },
} satisfies Record<keyof RunFigures["database"], { what: string; from: string }>;
