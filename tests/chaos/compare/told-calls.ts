import type { ChaosAccount } from "../account.ts";
import type { UsageLedger } from "../clients/sent-usage.ts";
import type { KeptGate } from "../gates/kept-gate.ts";

/** What ledgers say of one customer's calls. */
export interface ToldCustomer {
  /** Let through by gates. */
  allowed: number;
  /** The same, by each hard limit's name and the start of its window. */
  readonly allowedIn: Map<string, { limit: string; windowStartMs: number; calls: number }>;
  /** Acknowledged: exactly these must be counted … */
  acknowledged: number;
  /** … and of all that were to be counted none twice. */
  made: number;
  refused: number;
}

/** All ledgers together. */
export interface ToldCalls {
  readonly customers: readonly ToldCustomer[];
  /** Every event that anybody made; true: acknowledged. */
  readonly events: Map<string, boolean>;
  /** Refusals of gates by their reason. */
  readonly refusals: Map<string, number>;
  /** What gates said that they lost for good. */
  readonly losses: string[];
}

/** Adds up what gates and clients wrote down. */
export function tellCalls(
  account: ChaosAccount,
  gates: readonly KeptGate[],
  clients: readonly UsageLedger[],
): ToldCalls {
  const told: ToldCalls = {
    customers: account.customers.map(() => {
      return { allowed: 0, allowedIn: new Map(), acknowledged: 0, made: 0, refused: 0 };
    }),
    ...{ events: new Map(), refusals: new Map(), losses: [] },
  };
  for (const gate of gates) {
    for (const { life, lines } of gate.ledgers()) addLife(told, lines, life.finished);
  }
  for (const ledger of clients) addClient(told, ledger);
  return told;
}

type Lines = ReturnType<KeptGate["ledgers"]>[number]["lines"];

function addLife(told: ToldCalls, lines: Lines, finished: boolean): void {
  const marks = lines.map((line) => (line[0] === "acknowledged" ? line[1] : 0));
  const safe = finished ? Number.POSITIVE_INFINITY : marks.reduce((a, b) => Math.max(a, b), 0);
  let counted = 0;
  for (const line of lines) {
    const customer = told.customers[Number(line[1])];
    if (line[0] === "counted" && customer) {
      counted += 1;
      const acknowledged = counted <= safe;
      customer.made += 1;
      if (acknowledged) customer.acknowledged += 1;
      if (line[2]) told.events.set(line[2], acknowledged);
    } else if (line[0] === "allowed" && customer) {
      addAllowed(customer, line[2]);
    } else if (line[0] === "refused" && customer) {
      customer.refused += 1;
      told.refusals.set(line[2], (told.refusals.get(line[2]) ?? 0) + 1);
      if (line[3]) told.events.set(line[3], false);
    } else if (line[0] === "trouble") {
      told.losses.push(`${line[1]}: ${line[2]}`);
    }
  }
}

/** The same event may have been sent by several, in several batches: it counts once. */
function addClient(told: ToldCalls, { batches }: UsageLedger): void {
  for (const { events, cells, receipt, retried } of batches.values()) {
    events.forEach(({ eventId, customer: place }, at) => {
      const customer = told.customers[place];
      if (customer === undefined) return;
      const known = told.events.get(eventId);
      const acknowledged = receipt !== undefined && !retried?.events.has(at);
      if (known === undefined) customer.made += 1;
      if (acknowledged && known !== true) customer.acknowledged += 1;
      told.events.set(eventId, known === true || acknowledged);
    });
    cells.forEach(({ customer: place, calls }, at) => {
      const customer = told.customers[place];
      // A cell that comes again in another batch is in that batch's entry.
      if (customer === undefined || retried?.cells.has(at)) return;
      customer.made += calls;
      if (receipt !== undefined) customer.acknowledged += calls;
    });
  }
}

function addAllowed(customer: ToldCustomer, limits: readonly (readonly [string, number])[]): void {
  customer.allowed += 1;
  for (const [limit, windowStartMs] of limits) {
    const name = `${limit} ${windowStartMs}`;
    const calls = customer.allowedIn.get(name)?.calls ?? 0;
    customer.allowedIn.set(name, { limit, windowStartMs, calls: calls + 1 });
  }
}
