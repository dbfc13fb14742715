import { newId } from "@tollbook/domain";
import { eventually } from "@tollbook/testing";
import type { Account, Customer } from "./account.ts";
import type { Json } from "./api.ts";

/** Calls of a customer, all alike, as one cell of a usage batch. */
export function cellOf(customer: Customer, minute: string, count: number, more: Json = {}): Json {
  return {
    keyId: customer.keyId,
    endpoint: "/v1/forecast/{city}",
    method: "GET",
    status: 200,
    minute,
    count: String(count),
    ...more,
  };
}

/** One call of a customer as an event. */
export function eventOf(customer: Customer, time: string, more: Json = {}): Json {
  return {
    eventId: newId(),
    keyId: customer.keyId,
    endpoint: "/v1/forecast/{city}",
    method: "GET",
    status: 200,
    time,
    ...more,
  };
}

/** Sends a batch; the receipt. */
export function record(
  account: Account,
  items: { events?: Json[]; cells?: Json[] },
): Promise<Json> {
  const batch = { batchId: newId(), recorderId: newId(), ...items };
  return account.program.post("/v1/usage:record", batch);
}

/** Calls and refused calls of a customer over a range, as QueryUsage has them. */
export async function usageOf(
  account: Account,
  customer: Customer,
  range: { startTime: string; endTime: string },
): Promise<{ calls: number; refused: number }> {
  const filter = { customerIds: [customer.customerId] };
  const { total } = await account.owner.post("/v1/usage:query", { ...range, filter });
  return { calls: Number(total?.calls ?? 0), refused: Number(total?.refused ?? 0) };
}

/** The e-mails that reached an address, once there are at least so many. */
export async function mailsTo(
  mailbox: string,
  address: string,
  atLeast: number,
  withinMs = 30_000,
): Promise<Json[]> {
  return eventually(
    async () => {
      const mails = (await (await fetch(`${mailbox}/messages`)).json()) as Json[];
      const found = mails.filter((mail) => JSON.stringify(mail.to ?? "").includes(address));
      return found.length >= atLeast ? found : null;
    },
    { withinMs },
  );
}
