import type { Gate, GateCall, GateCounts, Verdict } from "@tollbook/gate";
import { createGate, type GateMode, type GateSettings } from "@tollbook/gate";
import { type Connection, connect } from "./client/connection.ts";
import { closedPorts, gatePorts } from "./client/gate-ports.ts";
import { heldPorts } from "./client/held-ports.ts";
import { settingsFromEnvironment } from "./config.ts";
import { gateTroubles } from "./gate-troubles.ts";
import { atProcessEnd } from "./process-end.ts";
import { readSettings, type Settings } from "./settings.ts";
import { openSpool, type Spool } from "./spool.ts";
import { spooledPorts } from "./spooled-ports.ts";
import { type TellTrouble, type Trouble, troubleTeller } from "./trouble.ts";

/** Waits in milliseconds: a key's first call, later ones, and when an ask is taken for lost. */
export type Patience = Partial<Pick<GateSettings, "firstCallMs" | "leaseWaitMs" | "askOverdueMs">>;

/** What a host may say; what it leaves out is taken from the environment. */
export interface TollbookOptions {
  /** Tollbook's gRPC address, `http://host:port` or `https://host:port`; TOLLBOOK_URL. */
  readonly url?: string | undefined;
  /** A root key of your account, with scopes gate:check and usage:write; TOLLBOOK_KEY. */
  readonly key?: string | undefined;
  /**
   * `enforce` (the default) refuses; `shadow` decides the same and lets all pass; `meter-only` only
   * counts. TOLLBOOK_MODE.
   */
  readonly mode?: GateMode | undefined;
  /** Folder where usage survives a crash or an outage of Tollbook; TOLLBOOK_SPOOL. */
  readonly spool?: string | undefined;
  /** How long calls wait for Tollbook, if it is far away; see GateSettings for what is usual. */
  readonly patience?: Patience | undefined;
  /** Hears of everything that goes wrong; without it the first of each kind is a warning. */
  readonly onTrouble?: ((trouble: Trouble) => void) | undefined;
}

/** The gate of an account, in this process. */
export interface Tollbook {
  /**
   * Decides a call; at once when everything is at hand, else as a promise, which does not reject.
   * Throws a DomainError for calls that make no sense: units, endpoint or method no call can have.
   */
  check(call: GateCall): Verdict | Promise<Verdict>;
  /** Sends what is counted. True if Tollbook has acknowledged all of it in time (default 4 s). */
  flush(withinMs?: number): Promise<boolean>;
  /** Gives leases back, sends what is counted, and closes the connection; once and for good. */
  stop(withinMs?: number): Promise<void>;
  /** How calls were decided since the start. */
  readonly counts: GateCounts;
  /** Tollbook's business time in milliseconds since 1970; the times of limits compare with it. */
  readonly businessMs: number;
}

/** How long a flush waits for receipts; a process that is asked to end has 5 s in all. */
const FLUSH_MS = 4_000;
/** While somebody else ends the process, usage is sent this often. */
const HURRY_MS = 100;

/**
 * Opens the gate: connects in the background and never throws. Settings that are missing or wrong
 * are told as a trouble; until they are mended, calls are UNAVAILABLE.
 */
export function createTollbook(options: TollbookOptions = {}): Tollbook {
  const tell = troubleTeller(options.onTrouble);
  return openTollbook(options, tell);
}

/** The same, with a teller that the host's framework shares. */
export function openTollbook(options: TollbookOptions, tell: TellTrouble): Tollbook {
  const settings = readSettings(options, settingsFromEnvironment());
  for (const fault of settings.faults) tell("settings", fault);
  const { url, target, key, mode } = settings;
  const connection = target && connect(target, key);
  const spool = openSpool(settings.spool, tell);
  const held = heldPorts(connection ? gatePorts(connection) : closedPorts(faultOf(settings)));
  const ports = settings.spool === undefined ? held.ports : spooledPorts(held.ports, spool);
  const quiet = () => connection === undefined || held.isLetGo();
  const observer = gateTroubles({ url, mode, tell, quiet });
  const gate = createGate({ ports, settings: { ...options.patience, mode }, observer });
  if (connection) {
    gate.start();
    void spool.takeUp().then((batches) => gate.resend(batches));
  }
  return runningTollbook({ gate, connection, spool, tell, letGo: held.letGo });
}

interface Parts {
  gate: Gate;
  connection: Connection | undefined;
  spool: Spool;
  tell: TellTrouble;
  letGo(): void;
}

function runningTollbook({ gate, connection, spool, tell, letGo }: Parts): Tollbook {
  let stopped: Promise<void> | undefined;
  let hurry: NodeJS.Timeout | undefined;
  const flush = async (withinMs = FLUSH_MS) => (await gate.flush(withinMs)).length === 0;
  const stopOnce = async (withinMs: number) => {
    clearInterval(hurry);
    const left = await gate.stop(withinMs);
    await Promise.all(left.map((batch) => spool.keep(batch)));
    // The host may end right after: what has its receipt must not come up again at the next start.
    await spool.forgotten();
    const calls = left.reduce((sum, { events, cells }) => {
      return sum + events.length + cells.reduce((cellSum, { count }) => cellSum + count, 0);
    }, 0);
    if (calls > 0 && !spool.isOpen) tell("usage-lost", lostSentence(calls), { lost: calls });
    connection?.close();
    forgetEnding();
  };
  const stop = (withinMs = FLUSH_MS) => (stopped ??= stopOnce(withinMs));
  const forgetEnding = atProcessEnd({
    letGo() {
      letGo();
      void flush();
      hurry ??= setInterval(() => void flush(HURRY_MS), HURRY_MS).unref();
    },
    finish: stop,
  });
  return {
    check: (call) => gate.check(call),
    flush,
    stop,
    counts: gate.counts,
    get businessMs() {
      return gate.businessMs;
    },
  };
}

function faultOf({ faults }: Settings): string {
  return faults[0] ?? "TOLLBOOK_URL is not set.";
}

function lostSentence(calls: number): string {
  const hint = "Set TOLLBOOK_SPOOL to a folder to keep such usage for the next start.";
  return `${calls} calls could not be reported before the process ended. ${hint}`;
}
