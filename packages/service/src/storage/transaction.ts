import { AsyncLocalStorage } from "node:async_hooks";
import { type EntityManager, IsolationLevel, type MikroORM } from "@mikro-orm/postgresql";
import { CompiledQuery, type ControlledTransaction, type DatabaseConnection } from "kysely";
import { type Begun, beginningIn } from "./account-driver.ts";
import { isAborted } from "./storage-error.ts";
import type { OutgoingEvent, Tx, WriteOutbox } from "./tx.ts";

/** More events than this in one transaction is a loop gone wrong, not a fact. */
const announcedEventsMax = 10_000;

/** Whose transaction, on which pool. */
export interface TransactionOptions {
  orm: MikroORM;
  accountId: string | undefined;
  writeOutbox: WriteOutbox | undefined;
  /** Read only, and every statement sees the same moment. */
  snapshot?: boolean;
}

const ofOneMoment = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true };

/**
 * One transaction, tried once: BEGIN with the account, the work, what MikroORM has to flush, the
 * announced events, COMMIT. Returns the result and whether events were written.
 */
export async function runTransaction<T>(
  options: TransactionOptions,
  work: (tx: Tx) => Promise<T>,
): Promise<{ result: T; announced: boolean }> {
  refuseNesting();
  const connection = options.orm.em.getConnection();
  const { accountId, snapshot } = options;
  const manner = snapshot ? ofOneMoment : {};
  const begin = () => connection.begin(manner) as Promise<KyselyTransaction>;
  const begun = await beginningIn(accountId, begin);
  const { transaction: trx } = begun;
  const open = new OpenTransaction(options, begun);
  const scope: Scope = { open: true };
  try {
    const result = await openScope.run(scope, async () => {
      const value = await work(open);
      await open.finish();
      return value;
    });
    // A transaction of which a statement failed is rolled back by COMMIT.
    await allOf([...open.sent, connection.commit(trx)]);
    open.committed();
    return { result, announced: open.announced };
  } catch (error) {
    // What still waits for an answer must send nothing more: it would come after the rollback.
    open.close();
    // A rollback that fails says nothing new: the connection is gone, and so is the transaction.
    await connection.rollback(trx).catch(() => undefined);
    throw error;
  } finally {
    scope.open = false;
    open.close();
  }
}

/** Waits for all, and throws the failure of the first of them that has one. */
async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(promises)) {
    if (one.status === "rejected") throw one.reason;
  }
}

type KyselyTransaction = ControlledTransaction<unknown>;
interface Scope {
  open: boolean;
}
const openScope = new AsyncLocalStorage<Scope>();

/** A transaction inside a transaction would wait for a connection its parent holds. */
function refuseNesting(): void {
  if (openScope.getStore()?.open) {
    throw new Error("a transaction was begun inside another one: pass its tx on instead");
  }
}

class OpenTransaction implements Tx {
  readonly accountId: string | undefined;
  /** What was sent and is perhaps not answered yet. */
  readonly sent: Promise<unknown>[] = [];
  readonly #options: TransactionOptions;
  readonly #events: OutgoingEvent[] = [];
  readonly #connection: DatabaseConnection;
  readonly #begun: Promise<unknown>;
  #trx: KyselyTransaction | undefined;
  #em: EntityManager | undefined;
  /** What failed first. */
  #failure: unknown;
  readonly #afterCommit: (() => void)[] = [];

  constructor(options: TransactionOptions, begun: Begun<KyselyTransaction>) {
    this.accountId = options.accountId;
    this.#options = options;
    this.#trx = begun.transaction;
    this.#connection = begun.connection;
    this.#begun = begun.begun;
  }

  get em(): EntityManager {
    this.#em ??= this.#makeEm();
    return this.#em;
  }

  get announced(): boolean {
    return this.#events.length > 0;
  }

  /** Past Kysely's own queue, which sends a statement only when the one before is answered. */
  async sql<Row>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    this.#alive();
    try {
      const answer = this.#connection.executeQuery<Row>(CompiledQuery.raw(text, [...params]));
      const [{ rows }] = await Promise.all([answer, this.#begun]);
      return rows;
    } catch (error) {
      // Those that were sent behind it fail because it did, whoever hears of it first.
      this.#failure ??= error;
      throw isAborted(error) ? this.#failure : error;
    }
  }

  send(text: string, params?: readonly unknown[]): void {
    const sent = this.sql(text, params);
    sent.catch(() => undefined);
    this.sent.push(sent);
  }

  announce(event: OutgoingEvent): void {
    if (this.#options.writeOutbox === undefined) {
      throw new Error("this database was opened without writeOutbox: it has no outbox");
    }
    if (this.#events.length === announcedEventsMax) {
      throw new Error(`more than ${announcedEventsMax} events in one transaction`);
    }
    this.#events.push(event);
  }

  /** Flushes MikroORM, then writes the events: the outbox is the last lock a commit takes. */
  async finish(): Promise<void> {
    await this.#begun;
    await this.#em?.flush();
    if (this.announced) await this.#options.writeOutbox?.(this, this.#events);
  }

  afterCommit(run: () => void): void {
    this.#afterCommit.push(run);
  }

  committed(): void {
    for (const run of this.#afterCommit) run();
  }

  close(): void {
    this.#trx = undefined;
    this.#em?.clear();
  }

  #alive(): KyselyTransaction {
    if (this.#trx === undefined) throw new Error("this transaction has ended: await its work");
    return this.#trx;
  }

  #makeEm(): EntityManager {
    const em = this.#options.orm.em.fork();
    em.setTransactionContext(this.#alive());
    return em;
  }
}
