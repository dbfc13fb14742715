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
    checkCustomer(checks, customer, counted, ledger);
    for (const endpoint of endpoints) checkEndpoint(checks, customer, endpoint, counted, ledger);
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
  ledger: Ledger,
): void {
  const { name, externalId } = customer;
  const [allowed, tried] = [allowedCalls(customer), triedCalls(customer)];
  const ours = (line: Line) => line.externalId === externalId;
  const missed = (line: Line) => ours(line) && line.statusClass === 4;
  const sums = sumOf(counted, ours);
  checks.equal(`${name}, calls that went through`, allowed, sums.calls);
  checks.equal(`${name}, calls answered 404`, missedCalls(customer), sumOf(counted, missed).calls);
  const undecided = ledger.undecidedOf(externalId);
  checks.equal(`${name}, calls refused`, tried - allowed, sums.refused - undecided);
}

function checkEndpoint(
  checks: Checks,
  customer: Customer,
  endpoint: string,
  counted: readonly Line[],
  ledger: Ledger,
): void {
  const { name, externalId } = customer;
  for (const statusClass of [0, 2, 3, 4, 5]) {
    const same = (line: Line) => {
      return (
        line.externalId === externalId &&
        line.endpoint === endpoint &&
        line.statusClass === statusClass
      );
    };
    const [seen, found] = [sumOf(ledger.lines, same), sumOf(counted, same)];
    const what = `${name}, ${endpoint}, ${statusClass === 0 ? "refused" : `${statusClass}xx`}`;
    checks.equal(
      `${what} (as its caller saw them)`,
      seen.calls + seen.refused,
      found.calls + found.refused,
    );
  }
  if (allowedCalls(customer) < triedCalls(customer)) return; // which of its calls pass is chance
  const planned = callsTo(customer, endpoint);
  const ours = (line: Line) => line.externalId === externalId && line.endpoint === endpoint;
  checks.equal(`${name}, ${endpoint}`, planned, sumOf(counted, ours).calls);
}

function callsTo(customer: Customer, endpoint: string): number {
  const indexes = Array.from({ length: triedCalls(customer) }, (_, index) => index);
  return indexes.filter((index) => callOf(customer, index).endpoint === endpoint).length;
}
