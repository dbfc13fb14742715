import { newId } from "@tollbook/domain";
import { type Api, apiOf, type Json } from "./api.ts";

/** An account of a platform, as its owner uses it. */
export interface Account {
  accountId: string;
  /** As the owner, signed in. */
  owner: Api;
  /** As a program with the first root key (gate:check, usage:write). */
  program: Api;
  rootKey: string;
  email: string;
  password: string;
}

const password = "a long and calm password";

/** Signs up a new account in Asia/Kolkata and INR. */
export async function signUp(http: string, accountName = "WeatherNow"): Promise<Account> {
  const email = `asha-${newId()}@weathernow.example`;
  const words = { accountName, email, password, memberName: "Asha" };
  const answer = await apiOf(http).post("/v1/accounts:signUp", words);
  const rootKey: string = answer.rootKeySecret;
  return {
    accountId: answer.account.accountId,
    owner: apiOf(http, answer.session.accessToken),
    program: apiOf(http, rootKey),
    rootKey,
    email,
    password,
  };
}

/** A customer with one live key, on a plan if one is named. */
export interface Customer {
  customerId: string;
  keyId: string;
  key: string;
  subscriptionId: string;
}

/** Adds a customer with a key, and subscribes it. */
export async function addCustomer(
  { owner }: Account,
  name: string,
  planId?: string,
): Promise<Customer> {
  const email = `billing@${name.toLowerCase().replace(/[^a-z]+/g, "-")}.example`;
  const { customer } = await owner.post("/v1/customers", { name, email });
  const { customerId } = customer;
  const subscribed = planId && (await owner.post("/v1/subscriptions", { customerId, planId }));
  const { keys } = await owner.post("/v1/keys:issue", { customerId, name: "live" });
  return {
    customerId,
    keyId: keys[0].key.keyId,
    key: keys[0].secret,
    subscriptionId: subscribed ? subscribed.subscription.subscriptionId : "",
  };
}

/** Publishes "₹1 per 1,000 calls" and returns its id. */
export async function publishPayAsYouGo({ owner }: Account): Promise<string> {
  const price = { packageUnits: "1000", packageAmount: "1.00" };
  const plan = {
    name: "Pay as you go",
    currency: "INR",
    charges: [{ name: "API calls", package: price }],
  };
  return (await owner.post("/v1/plans", { plan, publish: true })).plan.planId;
}

/** Publishes a free plan with a hard monthly limit and returns its id. */
export async function publishFree({ owner }: Account, quota: number): Promise<string> {
  const limit = {
    name: "monthly calls",
    window: "WINDOW_MONTH",
    quota: String(quota),
    enforcement: "ENFORCEMENT_HARD",
  };
  const plan: Json = { name: "Free", currency: "INR", charges: [], limits: [limit] };
  return (await owner.post("/v1/plans", { plan, publish: true })).plan.planId;
}
