import {
  AccountCreated,
  CustomerChanged,
  CustomerCreated,
  KeyChanged,
  RootKeyChanged,
} from "@tollbook/contracts/auth/v1/events";
import { announcement } from "@tollbook/events";
import type { OutgoingEvent, Tx } from "@tollbook/service";
import type { Account } from "../domain/account.ts";
import type { Customer } from "../domain/customer.ts";
import type { Key } from "../domain/key.ts";
import { protoAccount, protoCustomer, protoKeyLimit, protoKeyState } from "../words/proto-words.ts";

/** An account was opened. */
export function accountCreated(account: Account, ownerEmails: string[]): OutgoingEvent {
  const message = AccountCreated.fromPartial({ account: protoAccount(account), ownerEmails });
  return announcement(AccountCreated, message, account.accountId);
}

/** A customer was added. */
export function customerCreated(tx: Tx, customer: Customer): OutgoingEvent {
  const message = CustomerCreated.fromPartial({ customer: protoCustomer(customer) });
  return announcement(CustomerCreated, message, accountOf(tx));
}

/** A customer changed. */
export function customerChanged(tx: Tx, customer: Customer): OutgoingEvent {
  const message = CustomerChanged.fromPartial({ customer: protoCustomer(customer) });
  return announcement(CustomerChanged, message, accountOf(tx));
}

/** A key was issued or changed. */
export function keyChanged(tx: Tx, key: Key): OutgoingEvent {
  const { keyId, customerId, subscriptionId = "", test, state, expireTime, version } = key;
  const limits = key.limits.map(protoKeyLimit);
  const words = { keyId, customerId, subscriptionId, test, version, limits };
  const message = KeyChanged.fromPartial({
    ...words,
    state: protoKeyState[state],
    ...(expireTime && { expireTime }),
  });
  return announcement(KeyChanged, message, accountOf(tx));
}

/** A root key was made or revoked. */
export function rootKeyChanged(
  tx: Tx,
  { rootKeyId, revokeTime }: { rootKeyId: string; revokeTime?: Date | undefined },
): OutgoingEvent {
  const message = RootKeyChanged.fromPartial({ rootKeyId, ...(revokeTime && { revokeTime }) });
  return announcement(RootKeyChanged, message, accountOf(tx));
}

function accountOf(tx: Tx): string {
  if (tx.accountId === undefined) throw new Error("a fact of an account needs its transaction");
  return tx.accountId;
}
