import {
  AccountServiceClient,
  CreateCustomerRequest,
  CreateRootKeyRequest,
  CustomerServiceClient,
  IssueKeysRequest,
  KeyServiceClient,
  RootKeyServiceClient,
  SignUpRequest,
} from "@tollbook/contracts/auth/v1";
import {
  CreatePlanRequest,
  CreateSubscriptionRequest,
  PlanServiceClient,
  SubscriptionServiceClient,
} from "@tollbook/contracts/billing/v1";
import { newId } from "@tollbook/domain";
import { createClient, createLogger } from "@tollbook/service";
import { keyLimits, type PlanName, plans } from "./plans.ts";

/** A customer of the account under chaos, with one live key. */
export interface ChaosCustomer {
  readonly plan: PlanName;
  readonly customerId: string;
  readonly keyId: string;
  readonly key: string;
}

/** The account, and whose calls it counts. */
export interface ChaosAccount {
  readonly accountId: string;
  /** Of gates and backends. */
  readonly rootKey: string;
  /** Of the owner's own programs, which issue keys. */
  readonly keyMaker: string;
  readonly customers: readonly ChaosCustomer[];
}

/** Customers to make, at least, by their plan. */
export type Crowd = Readonly<Record<PlanName, number>>;

const deadlineMs = 20_000;
/** Customers made at one time. */
const atOnce = 4;
const logger = createLogger({ service: "chaos", level: "silent" });

/** Signs up an account with plans, customers and keys, as its owner would. */
export async function createAccount(address: string, crowd: Crowd): Promise<ChaosAccount> {
  const { accountId, rootKey, session } = await signUp(address);
  const doors = openDoors(address, session);
  try {
    const customers: ChaosCustomer[] = [];
    for (const plan of Object.keys(plans) as PlanName[]) {
      const planId = await publish(doors, plan);
      while (customers.filter((one) => one.plan === plan).length < crowd[plan]) {
        const some = Array.from({ length: atOnce }, () => addCustomer(doors, plan, planId));
        customers.push(...(await Promise.all(some)));
      }
    }
    const wanted = { name: "keys", scopes: ["keys:write"], requestId: newId() };
    const made = await doors.rootKeys.createRootKey(CreateRootKeyRequest.fromPartial(wanted));
    return { accountId, rootKey, keyMaker: made.secret, customers };
  } finally {
    for (const door of Object.values(doors)) door.close();
  }
}

async function signUp(address: string) {
  const accounts = createClient(AccountServiceClient, { address, deadlineMs, logger });
  const request = SignUpRequest.fromPartial({
    ...{ accountName: "Chaos", email: `asha-${newId()}@chaos.example`, memberName: "Asha" },
    ...{ password: "a long and calm password", requestId: newId() },
  });
  const { account, rootKeySecret, session } = await accounts.signUp(request);
  accounts.close();
  const { accountId = "" } = account ?? {};
  return { accountId, rootKey: rootKeySecret, session: session?.accessToken ?? "" };
}

type Doors = ReturnType<typeof openDoors>;

function openDoors(address: string, session: string) {
  const options = { address, deadlineMs, logger, credential: () => session };
  return {
    customers: createClient(CustomerServiceClient, options),
    keys: createClient(KeyServiceClient, options),
    plans: createClient(PlanServiceClient, options),
    rootKeys: createClient(RootKeyServiceClient, options),
    subscriptions: createClient(SubscriptionServiceClient, options),
  };
}

async function publish(doors: Doors, name: PlanName): Promise<string> {
  const plan = { name, currency: "INR", limits: [...plans[name]] };
  const request = { plan, publish: true, requestId: newId() };
  const made = await doors.plans.createPlan(CreatePlanRequest.fromPartial(request));
  return made.plan?.planId ?? "";
}

async function addCustomer(doors: Doors, plan: PlanName, planId: string): Promise<ChaosCustomer> {
  const words = { name: `On ${plan}`, email: "billing@caller.example", requestId: newId() };
  const made = await doors.customers.createCustomer(CreateCustomerRequest.fromPartial(words));
  const { customerId = "" } = made.customer ?? {};
  const subscription = { customerId, planId, requestId: newId() };
  await doors.subscriptions.createSubscription(CreateSubscriptionRequest.fromPartial(subscription));
  const limits = [...(keyLimits[plan] ?? [])];
  const wanted = { customerId, name: "live", limits, requestId: newId() };
  const { keys } = await doors.keys.issueKeys(IssueKeysRequest.fromPartial(wanted));
  const [issued] = keys;
  return { plan, customerId, keyId: issued?.key?.keyId ?? "", key: issued?.secret ?? "" };
}
