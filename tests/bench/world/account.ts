import type { ServiceDefinition } from "@grpc/grpc-js";
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
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { createLogger } from "@tollbook/service";
import { type ClientConstructor, createClient } from "@tollbook/service/client";
import type { World } from "./start-world.ts";

/** An account with customers on a plan with a hard monthly limit that nobody will reach. */
export interface BenchAccount {
  readonly accountId: string;
  readonly rootKey: string;
  /** A root key that may read usage. */
  readonly readingKey: string;
  readonly customers: readonly BenchCustomer[];
}

/** A customer and its one key. */
export interface BenchCustomer {
  readonly customerId: string;
  readonly keyId: string;
}

/** Far beyond what a measurement counts, and far below what a 64-bit sum holds. */
const QUOTA = 10n ** 15n;

const logger = createLogger({ service: "bench", level: "silent" });

/** Opens an account over the public API, with so many customers. */
export async function openAccount(
  { ports }: World,
  customers: number,
  quota = QUOTA,
): Promise<BenchAccount> {
  const signedUp = await calling(AccountServiceClient, ports.auth, "", ({ signUp }) =>
    signUp(
      SignUpRequest.fromPartial({
        ...{ accountName: "WeatherNow", password: "a long and calm password" },
        ...{ memberName: "Asha", email: `asha-${newId()}@weathernow.example` },
      }),
    ),
  );
  const session = signedUp.session?.accessToken ?? "";
  const planId = await calling(PlanServiceClient, ports.billing, session, (plans) => {
    return publishPlan(plans, quota);
  });
  const opened = await addCustomers(ports, session, planId, customers);
  const { accountId = "" } = signedUp.account ?? {};
  const asked = { name: "reading", scopes: ["usage:read"] };
  const reading = await calling(RootKeyServiceClient, ports.auth, session, ({ createRootKey }) =>
    createRootKey(CreateRootKeyRequest.fromPartial(asked)),
  );
  const keys = { rootKey: signedUp.rootKeySecret, readingKey: reading.secret };
  return { accountId, ...keys, customers: opened };
}

/** A client of a service of the world, for as long as the work lasts. */
export async function calling<D extends ServiceDefinition, T>(
  kind: ClientConstructor<D>,
  port: number,
  credential: string,
  work: (client: ReturnType<typeof createClient<D>>) => Promise<T>,
): Promise<T> {
  const client = createClient(kind, {
    ...{ address: `127.0.0.1:${port}`, deadlineMs: 30_000, logger },
    ...(credential !== "" && { credential: () => credential }),
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

type Plans = ReturnType<typeof createClient<typeof PlanServiceClient.service>>;

async function publishPlan({ createPlan }: Plans, quota: bigint): Promise<string> {
  const limit = { name: "monthly calls", window: Window.MONTH, quota };
  const plan = { name: "Bench", limits: [{ ...limit, enforcement: Enforcement.HARD }] };
  const made = await createPlan(CreatePlanRequest.fromPartial({ plan, publish: true }));
  return made.plan?.planId ?? "";
}

/** Customers are made by so many at once: the services share their commits. */
const AT_ONCE = 8;

async function addCustomers(
  ports: World["ports"],
  session: string,
  planId: string,
  count: number,
): Promise<BenchCustomer[]> {
  return calling(CustomerServiceClient, ports.auth, session, (customers) =>
    calling(SubscriptionServiceClient, ports.billing, session, (subscriptions) =>
      calling(KeyServiceClient, ports.auth, session, async (keys) => {
        const opened: BenchCustomer[] = [];
        let next = 0;
        const add = async () => {
          while (next < count) {
            const nth = next++;
            opened[nth] = await addCustomer({ customers, subscriptions, keys }, planId, nth + 1);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, add));
        return opened;
      }),
    ),
  );
}

interface Clients {
  readonly customers: ReturnType<typeof createClient<typeof CustomerServiceClient.service>>;
  readonly subscriptions: ReturnType<typeof createClient<typeof SubscriptionServiceClient.service>>;
  readonly keys: ReturnType<typeof createClient<typeof KeyServiceClient.service>>;
}

async function addCustomer(clients: Clients, planId: string, nth: number): Promise<BenchCustomer> {
  const words = { name: `Customer ${nth}`, email: `customer-${nth}@example.com` };
  const made = await clients.customers.createCustomer(CreateCustomerRequest.fromPartial(words));
  const { customerId = "" } = made.customer ?? {};
  const subscribed = { customerId, planId };
  await clients.subscriptions.createSubscription(CreateSubscriptionRequest.fromPartial(subscribed));
  const named = { customerId, name: "live" };
  const { keys } = await clients.keys.issueKeys(IssueKeysRequest.fromPartial(named));
  return { customerId, keyId: keys[0]?.key?.keyId ?? "" };
}
