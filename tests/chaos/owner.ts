import { setTimeout as sleep } from "node:timers/promises";
import { IssueKeysRequest, KeyServiceClient } from "@tollbook/contracts/auth/v1";
import { DomainError, newId } from "@tollbook/domain";
import { createClient, createLogger } from "@tollbook/service";
import type { ChaosAccount } from "./account.ts";
import type { Random } from "./random.ts";

const logger = createLogger({ service: "chaos", level: "silent" });
const deadlineMs = 3_000;

/**
 * The account's owner, who goes on issuing keys while things fail: each is news that metering must
 * hear, whatever becomes of NATS. What was not answered is asked again under the same id.
 */
export class Owner {
  /** Requests that were answered. */
  issued = 0;
  /** Answers no owner should get. */
  readonly complaints: string[] = [];
  readonly #keys: ReturnType<typeof openDoor>;
  readonly #account: ChaosAccount;
  readonly #random: Random;
  #running = true;
  readonly #loop: Promise<void>;

  constructor(address: string, account: ChaosAccount, random: Random) {
    this.#keys = openDoor(address, account.keyMaker);
    this.#account = account;
    this.#random = random;
    this.#loop = this.#run();
  }

  /** Waits until what was asked for last is answered. */
  async finish(withinMs: number): Promise<void> {
    this.#running = false;
    await Promise.race([this.#loop, sleep(withinMs, undefined, { ref: false })]);
    this.#keys.close();
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const { customerId } = this.#random.pick(this.#account.customers);
      const words = { customerId, name: "another", requestId: newId() };
      await this.#issue(IssueKeysRequest.fromPartial(words));
      await sleep(this.#random.between(200, 1_500));
    }
  }

  async #issue(request: IssueKeysRequest): Promise<void> {
    for (;;) {
      try {
        await this.#keys.issueKeys(request);
        this.issued += 1;
        return;
      } catch (error) {
        if (!(error instanceof DomainError) || !passing.has(error.kind)) {
          this.complaints.push(`issuing a key: ${error}`);
          return;
        }
        await sleep(retryMs);
      }
    }
  }
}

const passing = new Set<DomainError["kind"]>(["unavailable", "internal"]);
const retryMs = 100;

function openDoor(address: string, rootKey: string) {
  const options = { address, deadlineMs, breaker: false as const, logger };
  return createClient(KeyServiceClient, { ...options, credential: () => rootKey });
}
