import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  AccountServiceClient,
  CreateCustomerRequest,
  CustomerServiceClient,
  IssueKeysRequest,
  KeyServiceClient,
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
  const opened: BenchCustomer[] = [];
  for (let nth = 1; nth <= customers; nth += 1) {
    opened.push(await addCustomer(ports, session, planId, nth));
  }
  const { accountId = "" } = signedUp.account ?? {};
  return { accountId, rootKey: signedUp.rootKeySecret, customers: opened };
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

async function addCustomer(
  ports: World["ports"],
  session: string,
  planId: string,
  nth: number,
): Promise<BenchCustomer> {
  const words = { name: `Customer ${nth}`, email: `customer-${nth}@example.com` };
  const { customer } = await calling(
    CustomerServiceClient,
    ports.auth,
    session,
    ({ createCustomer }) => createCustomer(CreateCustomerRequest.fromPartial(words)),
  );
  const { customerId = "" } = customer ?? {};
  await calling(SubscriptionServiceClient, ports.billing, session, ({ createSubscription }) =>
    createSubscription(CreateSubscriptionRequest.fromPartial({ customerId, planId })),
  );
  const { keys } = await calling(KeyServiceClient, ports.auth, session, ({ issueKeys }) =>
    issueKeys(IssueKeysRequest.fromPartial({ customerId, name: "live" })),
  );
  return { customerId, keyId: keys[0]?.key?.keyId ?? "" };
}
