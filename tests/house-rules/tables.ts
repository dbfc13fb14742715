/** One table of a service's database, as PostgreSQL describes it. */
export interface Table {
  name: string;
  isPartition: boolean;
  /** The first column of its primary key. */
  keyLeads: string | undefined;
  /** Row-level security is on, and FORCED on its owner too. */
  secured: boolean;
  owner: string;
  /** Roles, other than the owner, that were granted something. */
  grantees: string[];
}

/** A policy that shows rows of every account. */
export interface CrossAccountPolicy {
  table: string;
  role: string;
}

/** A function that runs with the rights of its owner. */
export interface DefinerFunction {
  name: string;
  owner: string;
  fixedSearchPath: boolean;
}

export interface Catalogue {
  service: string;
  tables: Table[];
  crossAccount: CrossAccountPolicy[];
  definers: DefinerFunction[];
}

/** Which tables a service may see across accounts, and which of its tables belong to none. */
export interface AcrossAccounts {
  /** Tables without an account, with the reason. */
  noAccount: Readonly<Record<string, string>>;
  /** Tables its worker sees across accounts, with the reason. */
  worker: Readonly<Record<string, string>>;
  /** Tables its look-up functions see across accounts, with the reason. */
  lookup: Readonly<Record<string, string>>;
}

/** Complaints about a database in which one account might meet another. */
export function checkTables(found: Catalogue, allowed: AcrossAccounts): string[] {
  return [
    ...found.tables.flatMap((table) => wrongTable(found.service, table, allowed)),
    ...wrongPolicies(found, allowed),
    ...found.definers.flatMap((each) => wrongDefiner(found.service, each)),
  ];
}

function wrongTable(service: string, table: Table, { noAccount }: AcrossAccounts): string[] {
  const name = `${service}.${table.name}`;
  const app = `${service}_app`;
  if (table.isPartition) {
    if (table.grantees.length === 0) return [];
    return [`${name} is a partition with grants, past its parent's policies`];
  }
  const complaints = [];
  if (table.owner === app) complaints.push(`${name} belongs to ${app}, which may own nothing`);
  if (!table.secured && table.grantees.length > 0) {
    complaints.push(`${name} has no FORCED row-level security`);
  }
  const excused = noAccount[table.name] !== undefined;
  if (table.keyLeads === "account_id" && excused) {
    complaints.push(`${name} is listed as of no account, and its key leads with account_id`);
  }
  if (table.keyLeads !== "account_id" && !excused) {
    complaints.push(`${name}: its primary key leads with ${table.keyLeads ?? "nothing"}`);
  }
  return complaints;
}

function wrongPolicies({ service, crossAccount }: Catalogue, allowed: AcrossAccounts): string[] {
  return (["worker", "lookup"] as const).flatMap((kind) => {
    const role = `${service}_${kind}`;
    const seen = crossAccount.filter((policy) => policy.role === role).map(({ table }) => table);
    return [
      ...seen
        .filter((table) => allowed[kind][table] === undefined)
        .map((table) => `${role} sees ${table} across accounts, which its list does not say`),
      ...Object.keys(allowed[kind])
        .filter((table) => !seen.includes(table))
        .map((table) => `the list lets ${role} see ${table}, and no policy does`),
    ];
  });
}

function wrongDefiner(service: string, { name, owner, fixedSearchPath }: DefinerFunction) {
  const complaints = [];
  if (![`${service}_lookup`, `${service}_owner`].includes(owner)) {
    complaints.push(`${service}.${name}() runs as ${owner}`);
  }
  if (!fixedSearchPath) complaints.push(`${service}.${name}() has no fixed search path`);
  return complaints;
}
