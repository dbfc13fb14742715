import { setTimeout as sleep } from "node:timers/promises";
import { RecordUsageRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import { DomainError, newId } from "@tollbook/domain";
import { createClient, createLogger } from "@tollbook/service";
import type { ChaosAccount } from "../account.ts";
import type { Random } from "../random.ts";
import { BatchMaker, type MadeEvent } from "./batch-maker.ts";
import { type SentBatch, UsageLedger } from "./sent-usage.ts";

const inFlightMax = 4;
const patientMs = 3_000;
/** Acknowledged batches that may still be sent again. */
const repeatableMax = 50;
const logger = createLogger({ service: "chaos", level: "silent" });

/**
 * A backend that reports usage, and does all that backends do: it gives up waiting, tries again,
 * sends in another order, late, twice, and what others sent too.
 */
export class UsageClient {
  readonly ledger = new UsageLedger(newId());
  readonly #account: ChaosAccount;
  readonly #door: ReturnType<typeof openDoor>;
  readonly #maker: BatchMaker;
  readonly #random: Random;
  /** Made, and perhaps sent, but not acknowledged. */
  readonly #waiting: SentBatch[] = [];
  #repeatable: SentBatch[] = [];
  #inFlight = 0;
  #running = true;
  #loop: Promise<void>;

  /** `calling`: the places of those whose calls it reports; `pool`: what all clients have sent. */
  constructor(
    address: string,
    account: ChaosAccount,
    calling: readonly number[],
    pool: MadeEvent[],
    random: Random,
  ) {
    this.#account = account;
    this.#door = openDoor(address, account.rootKey);
    const { recorderId } = this.ledger;
    this.#maker = new BatchMaker(recorderId, this.#at(calling), pool, random.fork("batches"));
    this.#random = random.fork("manners");
    this.#loop = this.#run();
  }

  /** Whose calls it reports from now on. */
  call(calling: readonly number[]): void {
    this.#maker.report(this.#at(calling));
  }

  /** Sends what is left until all is acknowledged, or the time is over. */
  async finish(withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    this.#running = false;
    await this.#loop;
    while (this.#waiting.length + this.#inFlight > 0 && performance.now() < end) {
      const batch = this.#inFlight < inFlightMax ? this.#waiting.shift() : undefined;
      if (batch === undefined) await sleep(10);
      else void this.#send(batch, patientMs);
    }
    this.#door.close();
  }

  #at(places: readonly number[]) {
    return places.flatMap((place) => {
      const customer = this.#account.customers[place];
      return customer === undefined ? [] : [{ customer, place }];
    });
  }

  async #run(): Promise<void> {
    while (this.#running) {
      await sleep(this.#random.between(30, 120));
      if (this.#inFlight < inFlightMax) this.#act();
    }
  }

  #act(): void {
    const random = this.#random;
    const [mood, retries] = [random.fraction(), random.chance(0.5)];
    const waiting = random.between(0, Math.max(0, this.#waiting.length - 1));
    const held = retries ? this.#waiting.splice(waiting, 1)[0] : undefined;
    if (held !== undefined) void this.#send(held, patientMs);
    else if (mood < 0.1 && this.#repeatable.length > 0) this.#repeat(random.pick(this.#repeatable));
    else if (mood < 0.13 && this.#repeatable.length > 0)
      void this.#forge(random.pick(this.#repeatable));
    else this.#sendNew(random.chance(0.15), random.chance(0.1), random.chance(0.15));
  }

  /** `held`: not now; `impatient`: it does not wait for the answer, which may be on its way. */
  #sendNew(held: boolean, late: boolean, impatient: boolean): void {
    const { figures } = this.ledger;
    const duplicates = this.#random.chance(0.3) ? this.#random.between(1, 5) : 0;
    const batch = this.#maker.make({ late, duplicates });
    this.ledger.add(batch);
    figures.duplicates += duplicates;
    if (late) figures.late += 1;
    if (held) {
      figures.held += 1;
      this.#waiting.push(batch);
    } else {
      void this.#send(batch, impatient ? this.#random.between(2, 40) : patientMs);
    }
  }

  async #send(batch: SentBatch, deadlineMs: number): Promise<void> {
    const { request } = batch;
    if (request === undefined) return;
    this.#inFlight += 1;
    try {
      const receipt = await this.#door.recordUsage(request, { deadlineMs });
      const isFirst = batch.receipt === undefined;
      this.ledger.hear(batch, receipt);
      if (isFirst) this.#sendAnew(batch);
      if (isFirst) this.#keepRepeatable(batch);
    } catch (error) {
      if (isFinal(error)) this.ledger.complaints.push(`batch ${batch.batchId}: ${error.message}`);
      else this.#waiting.push(batch);
      this.ledger.noteFailure(error);
    }
    this.#inFlight -= 1;
  }

  /** What could not be attributed yet comes in a new batch, under the same event ids. */
  #sendAnew({ request, events, cells, retried }: SentBatch): void {
    if (request === undefined || retried === undefined) return;
    if (retried.events.size + retried.cells.size === 0) return;
    const again = this.#maker.freeze(
      request.events.flatMap((event, at) => {
        const customer = events[at]?.customer ?? 0;
        return retried.events.has(at) ? [{ event, customer }] : [];
      }),
      request.cells.flatMap((cell, at) => {
        const customer = cells[at]?.customer ?? 0;
        return retried.cells.has(at) ? [{ cell, customer }] : [];
      }),
    );
    this.ledger.add(again);
    this.#waiting.push(again);
  }

  #keepRepeatable(batch: SentBatch): void {
    this.#repeatable.push(batch);
    for (const old of this.#repeatable.splice(0, this.#repeatable.length - repeatableMax)) {
      old.request = undefined;
    }
  }

  #repeat(batch: SentBatch): void {
    this.ledger.figures.repeats += 1;
    void this.#send(batch, patientMs);
  }

  /** Other content under an id that was taken must be refused, however the first fared. */
  async #forge({ batchId, request }: SentBatch): Promise<void> {
    if (request === undefined) return;
    const forged = RecordUsageRequest.fromPartial({ ...request, recorderId: newId() });
    forged.events.push(...request.events.slice(0, 1));
    this.#inFlight += 1;
    try {
      await this.#door.recordUsage(forged, { deadlineMs: patientMs });
      this.ledger.complaints.push(`batch ${batchId}: other content under its id was taken`);
    } catch (error) {
      if (error instanceof DomainError && error.kind === "conflict")
        this.ledger.figures.forged += 1;
    }
    this.#inFlight -= 1;
  }
}

function openDoor(address: string, rootKey: string) {
  const options = { address, credential: () => rootKey, deadlineMs: patientMs };
  return createClient(UsageServiceClient, { ...options, breaker: false, logger });
}

/** An answer that no repeat would change. */
function isFinal(error: unknown): error is DomainError {
  const final = ["invalid", "conflict", "not-found", "permission-denied"];
  return error instanceof DomainError && final.includes(error.kind);
}
