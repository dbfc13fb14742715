import { isOver, type Lease } from "../domain/lease.ts";
import { answerGate, type GateQuestion, partsOf } from "./answer-gate.ts";
import { BooksChanged } from "./books-changed.ts";
import type { LeaseAnswer } from "./lease-answer.ts";
import type { Store } from "./needs.ts";
import type { CounterRow } from "./quota-store.ts";

/**
 * Answers gates of one account in one transaction: all their counters are locked first, sorted,
 * then one gate after the other is answered on what the one before left. Throws BooksChanged if a
 * customer or meter changed since it was read.
 */
export async function answerGates(
  store: Store,
  questions: readonly GateQuestion[],
): Promise<ReadonlyMap<GateQuestion, LeaseAnswer>> {
  const [first] = questions;
  if (first === undefined) return new Map();
  // Sent one behind the other: books first, so that what follows is of their time or later.
  const checking = refuseOldBooks(store, questions);
  const locking = lockCounters(store, questions);
  // Nobody touches a lease without its counter, so leases are read behind the lock.
  let reading = leasesFor(store, questions);
  reading.catch(() => undefined);
  const [, { rows, made }] = await Promise.all([checking, locking]);
  if (made) reading = leasesFor(store, questions);
  const leases = await reading;
  // What becomes of a lease whose time is over, the next gate has to see.
  const isOneByOne = leases.some(isOver);
  const answers = new Map<GateQuestion, LeaseAnswer>();
  for (const question of questions) {
    const isRead = question === first || !isOneByOne;
    const known = isRead ? leases : await leasesFor(store, [question]);
    const ids = idsOf(question);
    const counters = ids.flatMap((id) => rows.get(id) ?? []);
    const read = { counters, leases: leasesSeenBy(question, ids, known) };
    const { answer, counters: changes } = await answerGate(store, question, read);
    answers.set(question, answer);
    for (const change of changes) {
      const row = rows.get(change.counterId);
      if (row !== undefined) rows.set(change.counterId, { ...row, ...change });
    }
  }
  return answers;
}

/** A limit raised a moment ago must be in the answer. */
async function refuseOldBooks(store: Store, questions: readonly GateQuestion[]): Promise<void> {
  const books = questions.flatMap(({ bundles }) => bundles.flatMap((one) => one?.book ?? []));
  const customerIds = new Set(books.map(({ customerId }) => customerId));
  const { fences, metersVersion } = await store.references.fences([...customerIds]);
  const changed = new Set<string>();
  for (const { customerId, fence } of books) {
    if (fences.get(customerId) !== fence) changed.add(customerId);
  }
  const metersChanged = questions.some(({ meters }) => meters.version !== metersVersion);
  if (metersChanged || changed.size > 0) throw new BooksChanged(changed, metersChanged);
}

/** Locks what the questions are about. Counters of hard limits that are not there are made. */
async function lockCounters({ quotas }: Store, questions: readonly GateQuestion[]) {
  const ids = [...new Set(questions.flatMap(idsOf))].sort();
  const rows = rowsById(await quotas.lock(ids));
  const parts = questions.flatMap(({ bundles }) => [...partsOf(bundles).values()]);
  const missing = parts.filter(({ limit, counter }) => limit.hard && !rows.has(counter.counterId));
  if (missing.length === 0) return { rows, made: false };
  const counters = new Map(missing.map(({ counter }) => [counter.counterId, counter]));
  await quotas.make([...counters.values()]);
  return { rows: rowsById(await quotas.lock(ids)), made: true };
}

function rowsById(rows: readonly CounterRow[]): Map<string, CounterRow> {
  return new Map(rows.map((row) => [row.counterId, row]));
}

function leasesFor({ quotas }: Store, questions: readonly GateQuestion[]) {
  const gateIds = questions.map(({ request }) => request.gateId);
  return quotas.leases([...new Set(questions.flatMap(idsOf))], gateIds);
}

/** Its own, and those of others whose time is over, on the counters that it is about. */
function leasesSeenBy(
  { request }: GateQuestion,
  ids: readonly string[],
  leases: readonly Lease[],
): Lease[] {
  const own = new Set(ids);
  return leases.filter((lease) => {
    return own.has(lease.counterId) && (lease.gateId === request.gateId || isOver(lease));
  });
}

/** Counters a gate asks about or has leases on, sorted. */
function idsOf({ request, bundles }: GateQuestion): string[] {
  const known = request.known.map(({ counterId }) => counterId);
  return [...new Set([...partsOf(bundles).keys(), ...known])].sort();
}
