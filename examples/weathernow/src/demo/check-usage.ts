import type { Customer } from "./account.ts";
import type { Checks } from "./checks.ts";
import { type Ledger, type Line, sumOf } from "./ledger.ts";
import { allowedCalls, callOf, endpoints, missedCalls, triedCalls } from "./story.ts";

/** Holds what Tollbook counted against the story, and line by line against what callers saw. */
export function checkUsage(
  checks: Checks,
  customers: readonly Customer[],
  counted: readonly Line[],
  ledger: Ledger,
): void {
  for (const customer of customers) {
    const of = ({ externalId }: Line) => externalId === customer.externalId;
    const [its, seen] = [counted.filter(of), ledger.lines.filter(of)];
    checkCustomer(checks, customer, its, seen);
    for (const endpoint of endpoints) {
      const at = (line: Line) => line.endpoint === endpoint;
      checkEndpoint(checks, `${customer.name}, ${endpoint}`, its.filter(at), seen.filter(at));
      checkPlanned(checks, customer, endpoint, its.filter(at));
    }
  }
  const known = new Set(customers.map(({ externalId }) => externalId));
  const strange = counted.filter((line) => {
    return !known.has(line.externalId) || !endpoints.includes(line.endpoint);
  });
  checks.equal("usage of anything but the three customers and routes", 0, strange.length);
}

function checkCustomer(
  checks: Checks,
  customer: Customer,
  counted: readonly Line[],
  seen: readonly Line[],
): void {
  const { name } = customer;
  const [allowed, tried] = [allowedCalls(customer), triedCalls(customer)];
  const missed = sumOf(counted, ({ statusClass }) => statusClass === 4);
  checks.equal(`${name}, calls that went through`, allowed, sumOf(counted).calls);
  checks.equal(`${name}, calls answered 404`, missedCalls(customer), missed.calls);
  checks.equal(`${name}, calls answered 429`, tried - allowed, sumOf(seen).refused);
}

function checkEndpoint(
  checks: Checks,
  where: string,
  counted: readonly Line[],
  seen: readonly Line[],
): void {
  for (const statusClass of [2, 3, 4, 5]) {
    const same = (line: Line) => line.statusClass === statusClass;
    const what = `${where}, ${statusClass}xx, as its caller saw it`;
    checks.equal(what, sumOf(seen, same).calls, sumOf(counted, same).calls);
  }
  const { refused, undecided } = sumOf(seen);
  const found = sumOf(counted).refused;
  // A 503 is told as refused, unless it could not even be told in time whose call it was.
  const expected = Math.min(Math.max(found, refused), refused + undecided);
  checks.equal(`${where}, refused, as its caller saw it`, expected, found);
}

/** Where every call passes, which endpoint is called how often is the story's. */
function checkPlanned(
  checks: Checks,
  customer: Customer,
  endpoint: string,
  counted: readonly Line[],
): void {
  const tried = triedCalls(customer);
  if (allowedCalls(customer) < tried) return;
  const calls = Array.from({ length: tried }, (_, index) => callOf(customer, index));
  const planned = calls.filter((call) => call.endpoint === endpoint).length;
  checks.equal(`${customer.name}, ${endpoint}`, planned, sumOf(counted).calls);
}
