import type { GateMode } from "@tollbook/gate";
import { type Target, targetOf } from "./client/target.ts";

/** What was said, by the host or by its environment; an empty text counts as nothing said. */
export interface GivenSettings {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly mode?: string | undefined;
  readonly spool?: string | undefined;
}

/** What the SDK works with. */
export interface Settings {
  /** As it was said, for sentences. */
  readonly url: string;
  /** Where Tollbook is; undefined if that, or the key, was not said properly. */
  readonly target: Target | undefined;
  /** The root key. */
  readonly key: string;
  readonly mode: GateMode;
  /** Folder for usage that could not be delivered yet. */
  readonly spool: string | undefined;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
}

const modes: readonly string[] = ["enforce", "shadow", "meter-only"] satisfies GateMode[];

/** Reads settings, the host's before the environment's. Never throws: faults are told. */
export function readSettings(byHost: GivenSettings, byEnvironment: GivenSettings): Settings {
  const given = (name: keyof GivenSettings) => byHost[name] || byEnvironment[name] || undefined;
  const [url, key, mode] = [given("url"), given("key"), given("mode")];
  const target = url === undefined ? undefined : targetOf(url);
  const keyFault = faultOfKey(key);
  const faults = [faultOfUrl(url, target), keyFault, faultOfMode(mode)];
  return {
    url: url ?? "",
    target: keyFault === undefined ? target : undefined,
    key: key ?? "",
    mode: modes.includes(mode ?? "") ? (mode as GateMode) : "enforce",
    spool: given("spool"),
    faults: faults.filter((fault) => fault !== undefined),
  };
}

function faultOfUrl(url: string | undefined, target: Target | undefined): string | undefined {
  if (target !== undefined) return undefined;
  const example = "write Tollbook's gRPC address, such as http://127.0.0.1:50051";
  return url === undefined
    ? `TOLLBOOK_URL is not set: ${example}.`
    : `TOLLBOOK_URL is "${url}": ${example}, or https://… with TLS.`;
}

/** The key itself is never repeated: what was put there may be somebody's secret. */
function faultOfKey(key: string | undefined): string | undefined {
  if (key === undefined) return "TOLLBOOK_KEY is not set: write a root key of your account.";
  if (/^tb_root_[!-~]{1,200}$/.test(key)) return undefined;
  return "TOLLBOOK_KEY is no root key: those begin with tb_root_. Customers' keys do not work here.";
}

function faultOfMode(mode: string | undefined): string | undefined {
  if (mode === undefined || modes.includes(mode)) return undefined;
  return `TOLLBOOK_MODE is "${mode}": write ${modes.join(", ")}. Until then it is enforce.`;
}
