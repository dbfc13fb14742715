import { plain, rolesOf } from "./roles.ts";

/** A SECURITY DEFINER function. */
export interface LookupFunction {
  name: string;
  /** As SQL has it: `key_hash bytea, at timestamptz`. Names of arguments shadow columns: prefix. */
  args: string;
  /** As SQL has it: `table (account_id uuid, state text)`, `setof uuid`, `bigint`. */
  returns: string;
  /** The body; with `language: "plpgsql"`, from `begin` or `declare` to `end`. */
  body: string;
  language?: "sql" | "plpgsql";
  volatility?: "stable" | "volatile";
  /**
   * Whose rights it runs with. `lookup` (the default) sees what its lookupPolicy rows show.
   * `owner` may create and drop partitions, and sees no row of a FORCED table.
   */
  runsAs?: "lookup" | "owner";
  /** Who may call it; `app` and `worker` unless told otherwise. */
  callers?: readonly ("app" | "worker")[];
}

/**
 * Nothing a caller can put on its search path may stand in for a table or function of ours:
 * pg_catalog comes first unnamed, only the owner may create in public, temporary objects are last.
 */
const fixedSearchPath = "set search_path = public, pg_temp";

/**
 * Statements that create a SECURITY DEFINER function: for what must be found before an account is
 * known (a session's member, a root key by its hash) or done with the owner's rights.
 */
export function lookupFunction(service: string, definition: LookupFunction): string[] {
  const roles = rolesOf(service);
  const { name, args, body, callers = ["app", "worker"] } = definition;
  const signature = `${plain(name)}(${args})`;
  const create =
    `create or replace function ${signature} returns ${definition.returns} ` +
    `language ${definition.language ?? "sql"} ${definition.volatility ?? "stable"} ` +
    `security definer ${fixedSearchPath} as $function$ ${body} $function$`;
  return [
    create,
    `revoke all on function ${signature} from public`,
    ...callers.map((caller) => `grant execute on function ${signature} to ${roles[caller]}`),
    ...(definition.runsAs === "owner" ? [] : givenTo(roles.lookup, signature)),
  ];
}

/** A new owner must be allowed to create in the schema, for just this moment. */
function givenTo(lookup: string, signature: string): string[] {
  return [
    `grant create on schema public to ${lookup}`,
    `alter function ${signature} owner to ${lookup}`,
    `revoke create on schema public from ${lookup}`,
  ];
}
