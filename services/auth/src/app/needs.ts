import type { Clock } from "@tollbook/domain";
import type { Database, Tx } from "@tollbook/service";
import type { Account } from "../domain/account.ts";
import type { Customer, Standing } from "../domain/customer.ts";
import type { Key } from "../domain/key.ts";
import type { Member } from "../domain/member.ts";
import type { Page } from "../domain/page.ts";
import type { PepperedHash, Peppers } from "../domain/pepper.ts";
import type { RootKey } from "../domain/root-key.ts";

/** What the verbs ask of the outside. Repositories see the transaction's account only. */
export interface Needs {
  database: Database;
  /** Business time. */
  clock: Clock;
  peppers: Peppers;
  signer: SessionSigner;
  accounts: Accounts;
  sessions: Sessions;
  rootKeys: RootKeys;
  customers: Customers;
  keys: Keys;
}

export interface Accounts {
  /** Opens an account with its owner. An address in use anywhere: EMAIL_IN_USE. */
  open(tx: Tx, account: Account, owner: Member, passwordHash: string): Promise<void>;
  get(tx: Tx): Promise<Account>;
  member(tx: Tx, memberId: string): Promise<Member | undefined>;
  /** Whose e-mail address this is, across accounts. */
  candidate(email: string): Promise<Candidate | undefined>;
}

/** What is known of somebody who has an e-mail address, before their account is. */
export interface Candidate {
  accountId: string;
  memberId: string;
  passwordHash: string;
}

export interface Sessions {
  begin(tx: Tx, sessionId: string, memberId: string): Promise<void>;
  addToken(tx: Tx, sessionId: string, sha256: Buffer, expireTime: Date): Promise<void>;
  /** Uses a refresh token up; undefined if it never worked. */
  useToken(tx: Tx, sha256: Buffer): Promise<UsedToken | undefined>;
  end(tx: Tx, sessionId: string): Promise<void>;
  endAll(tx: Tx, memberId: string): Promise<void>;
  /** In which account a refresh token was given, across accounts. */
  accountOfToken(sha256: Buffer): Promise<string | undefined>;
}

export interface UsedToken {
  sessionId: string;
  memberId: string;
  /** True if it had been used before. */
  reused: boolean;
  /** True if its time is over or its session has ended. */
  ended: boolean;
}

export interface RootKeys {
  add(tx: Tx, rootKey: RootKey, stored: PepperedHash): Promise<void>;
  /** Locked until the transaction ends. Unknown: ROOT_KEY_NOT_FOUND. */
  getForChange(tx: Tx, rootKeyId: string): Promise<RootKey>;
  setRevoked(tx: Tx, rootKeyId: string, revokeTime: Date): Promise<void>;
  /** One more than the page holds, newest first. */
  list(tx: Tx, page: Page): Promise<RootKey[]>;
  /** Whose root key this is, across accounts, by any of its possible hashes. */
  find(hashes: Buffer[]): Promise<(RootKey & { accountId: string }) | undefined>;
}

export interface Customers {
  /** An external id in use: EXTERNAL_ID_IN_USE. */
  add(tx: Tx, customer: Customer): Promise<void>;
  /** Unknown: CUSTOMER_NOT_FOUND. */
  get(tx: Tx, customerId: string): Promise<Customer>;
  /** The same, locked until the transaction ends. */
  getForChange(tx: Tx, customerId: string): Promise<Customer>;
  save(tx: Tx, customer: Customer): Promise<void>;
  /** One more than the page holds, newest first. */
  list(tx: Tx, page: Page, filter: CustomerFilter): Promise<Customer[]>;
  /** Those that exist of many. */
  some(tx: Tx, customerIds: string[], externalIds: string[]): Promise<Customer[]>;
}

export interface CustomerFilter {
  externalId: string;
  nameContains: string;
}

export interface Keys {
  add(tx: Tx, keys: readonly (Key & PepperedHash)[]): Promise<void>;
  /** Unknown: KEY_NOT_FOUND. */
  get(tx: Tx, keyId: string): Promise<Key>;
  /** The same, locked until the transaction ends. */
  getForChange(tx: Tx, keyId: string): Promise<Key>;
  save(tx: Tx, key: Key): Promise<void>;
  /** One more than the page holds, newest first; of all customers if `customerId` is empty. */
  list(tx: Tx, page: Page, customerId: string): Promise<Key[]>;
  /** Keys by any of their possible hashes. */
  byHash(tx: Tx, hashes: Buffer[]): Promise<FoundKey[]>;
  byIds(tx: Tx, keyIds: string[]): Promise<FoundKey[]>;
}

/** A key with what gates must know of its customer. */
export interface FoundKey {
  key: Key;
  hash: Buffer;
  customerExternalId: string;
  standing: Standing;
  customerVersion: bigint;
}

/** Signs what members present to every service. */
export interface SessionSigner {
  /** A JWT for a member, and when it ends (wall clock). */
  sign(account: Account, member: Member, sessionId: string): Promise<SignedSession>;
}

export interface SignedSession {
  accessToken: string;
  accessExpireTime: Date;
}

/** A session as the member gets it. */
export interface Session extends SignedSession {
  refreshToken: string;
  refreshExpireTime: Date;
}
