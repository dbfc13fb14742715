import { type Caller, freeCalls } from "./story.ts";
import { type WebDoor, webDoor } from "./web-door.ts";

/** The account WeatherNow, with its owner signed in. */
export interface Account {
  owner: WebDoor;
  email: string;
  password: string;
  /** Its first root key, for the SDK. */
  rootKey: string;
}

/** A customer as the account sees it, with its key. */
export interface Customer extends Caller {
  customerId: string;
  key: string;
}

/** WeatherNow signs up. */
export async function signUp(http: string): Promise<Account> {
  const [email, password] = ["asha@weathernow.example", "a long and calm password"];
  const answer = await webDoor(http).post<{
    session: { accessToken: string };
    rootKeySecret: string;
  }>("/v1/accounts:signUp", { accountName: "WeatherNow", email, password, memberName: "Asha" });
  const owner = webDoor(http, answer.session.accessToken);
  return { owner, email, password, rootKey: answer.rootKeySecret };
}

/** Publishes the two plans, and puts each customer on its plan with a key of its own. */
export async function addCustomers(owner: WebDoor, cast: readonly Caller[]): Promise<Customer[]> {
  const plans = { "pay as you go": await payAsYouGo(owner), free: await free(owner) };
  const customers: Customer[] = [];
  for (const caller of cast) {
    const { name, externalId, email } = caller;
    const added = await owner.post<{ customer: { customerId: string } }>("/v1/customers", {
      ...{ name, externalId, email },
    });
    const { customerId } = added.customer;
    await owner.post("/v1/subscriptions", { customerId, planId: plans[caller.plan] });
    const issued = await owner.post<{ keys: [{ secret: string }] }>("/v1/keys:issue", {
      ...{ customerId, name: `${name}, live` },
    });
    customers.push({ ...caller, customerId, key: issued.keys[0].secret });
  }
  return customers;
}

/** ₹1 for each 1,000 calls. */
function payAsYouGo(owner: WebDoor): Promise<string> {
  const price = { packageUnits: "1000", packageAmount: "1.00" };
  const charges = [{ name: "API calls", package: price }];
  return publish(owner, { name: "Pay as you go", currency: "INR", charges });
}

/** Costs nothing, and ends at its hard limit. */
function free(owner: WebDoor): Promise<string> {
  const limit = {
    ...{ name: "monthly calls", window: "WINDOW_MONTH", quota: String(freeCalls) },
    enforcement: "ENFORCEMENT_HARD",
  };
  return publish(owner, { name: "Free", currency: "INR", charges: [], limits: [limit] });
}

async function publish(owner: WebDoor, plan: object): Promise<string> {
  const body = { plan, publish: true };
  return (await owner.post<{ plan: { planId: string } }>("/v1/plans", body)).plan.planId;
}
