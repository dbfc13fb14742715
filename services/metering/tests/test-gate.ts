import { newId } from "@tollbook/domain";
import type { LeaseAnswer, LeaseGrant } from "../src/app/lease-answer.ts";
import type { KnownLease } from "../src/domain/lease.ts";
import type { TestAccount } from "./test-account.ts";
import type { TestItem } from "./test-item.ts";

/** What a gate keeps of its leases: spent + returned + unspent = granted. */
export class TestGate {
  readonly gateId = newId();
  readonly #account: TestAccount;
  readonly #leases = new Map<string, { granted: bigint; returned: bigint; unspent: bigint }>();
  /** Calls admitted and not recorded yet. */
  readonly admitted: TestItem[] = [];

  constructor(account: TestAccount) {
    this.#account = account;
  }

  /** Asks for calls and takes over the answer, as a gate does. */
  async ask(customer: { keyId: string }, wantedCalls: number): Promise<LeaseGrant> {
    const answer = await this.askAndLose(customer, wantedCalls);
    this.hear(answer);
    return answer.grants[0] as LeaseGrant;
  }

  /** Asks, and does not hear the answer. */
  askAndLose(customer: { keyId: string }, wantedCalls: number): Promise<LeaseAnswer> {
    return this.#account.acquire(this.gateId, customer, wantedCalls, this.known());
  }

  hear({ leases }: LeaseAnswer): void {
    for (const { counterId, grantedTotal, expiresInMs } of leases) {
      const lease = this.#leases.get(counterId) ?? { granted: 0n, returned: 0n, unspent: 0n };
      this.#leases.set(counterId, lease);
      if (grantedTotal > lease.granted) {
        lease.unspent += grantedTotal - lease.granted;
        lease.granted = grantedTotal;
      }
      if (expiresInMs === 0) this.giveBack(counterId, lease.unspent);
    }
  }

  known(): KnownLease[] {
    return [...this.#leases].map(([counterId, { granted, returned, unspent }]) => {
      return { counterId, grantedTotal: granted, returnedTotal: returned, unspent };
    });
  }

  /** Units it may spend, over all counters. */
  get unspent(): bigint {
    return [...this.#leases.values()].reduce((sum, { unspent }) => sum + unspent, 0n);
  }

  get counterIds(): string[] {
    return [...this.#leases.keys()];
  }

  /** Admits a call if every lease has a unit for it. */
  admit(customer: { keyId: string }, item: Partial<TestItem> = {}): boolean {
    const leases = [...this.#leases.values()];
    if (leases.length === 0 || leases.some(({ unspent }) => unspent === 0n)) return false;
    for (const lease of leases) lease.unspent -= 1n;
    const units = this.counterIds.map((counterId) => ({ counterId, units: 1n }));
    const hold = { gateId: this.gateId, units };
    this.admitted.push(this.#account.event(customer, { hold, ...item }));
    return true;
  }

  /** Sends what it admitted. */
  async record() {
    const items = this.admitted.splice(0);
    return items.length === 0 ? undefined : this.#account.record(items);
  }

  giveBack(counterId: string, units: bigint): void {
    const lease = this.#leases.get(counterId);
    if (lease === undefined) return;
    lease.unspent -= units;
    lease.returned += units;
  }

  /** Gives everything back and asks no more. */
  async stop() {
    const returns = [...this.#leases].map(([counterId, { returned, unspent }]) => {
      return { counterId, returnedTotal: returned + unspent, final: true };
    });
    for (const [counterId, { unspent }] of this.#leases) this.giveBack(counterId, unspent);
    const { app } = this.#account.metering;
    return app.releaseLeases(this.#account.accountId, this.gateId, returns);
  }
}

/** Makes every lease of an account expire, as if its lifetime had passed. */
export async function expireLeases({ metering, accountId }: TestAccount): Promise<void> {
  const text = `update lease set expire_time = now() - interval '1 second',
      look_time = least(look_time, now() - interval '1 second') where account_id = $1`;
  await metering.look(text, [accountId]);
}
