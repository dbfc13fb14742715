import { Account, Customer } from "@tollbook/contracts/auth/v1";
import { AccountCreated, CustomerCreated } from "@tollbook/contracts/auth/v1/events";
import {
  BillingProfileServiceClient,
  BillingRunServiceClient,
  BillingRunState,
  Charge,
  CreatePlanRequest,
  CreateSubscriptionRequest,
  type Invoice,
  InvoiceServiceClient,
  ListInvoicesRequest,
  type Plan,
  PlanServiceClient,
  type Subscription,
  SubscriptionServiceClient,
} from "@tollbook/contracts/billing/v1";
import { newId } from "@tollbook/domain";
import { announcement } from "@tollbook/events";
import type { Client } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import type { RunningBilling, World } from "./world.ts";

type ClientOf<C extends { readonly service: object }> = Client<C["service"]>;

/** An account of the tests with its billing, seen from its owner's program. */
export interface TestAccount {
  readonly accountId: string;
  readonly plans: ClientOf<typeof PlanServiceClient>;
  readonly subscriptions: ClientOf<typeof SubscriptionServiceClient>;
  readonly invoices: ClientOf<typeof InvoiceServiceClient>;
  readonly runs: ClientOf<typeof BillingRunServiceClient>;
  readonly profile: ClientOf<typeof BillingProfileServiceClient>;
  /** A customer, told by auth's event. */
  customer(name: string): Promise<string>;
  /** A published plan; ₹1 per 1,000 calls unless told otherwise. */
  plan(plan?: Partial<Plan>): Promise<Plan>;
  subscribe(customerId: string, plan: Plan): Promise<Subscription>;
  /** Calls of a customer, counted by metering at a time. */
  calls(customerId: string, time: string, calls: bigint): void;
  /** All its invoices, newest first, without lines. */
  listInvoices(): Promise<Invoice[]>;
  /** Waits until everything due at this time is billed. */
  billed(): Promise<void>;
}

/** ₹1 per 1,000 calls. */
export const perThousand: Charge[] = [
  {
    ...Charge.fromPartial({ name: "API calls" }),
    price: {
      $case: "package",
      value: { packageUnits: 1_000n, packageAmount: "1", roundUp: false },
    },
  },
];

/** An account WeatherNow in India, told by auth's event. */
export async function openAccount(world: World, billing: RunningBilling): Promise<TestAccount> {
  const accountId = newId();
  await tellAccount(world, accountId);
  return accountSeenBy(world, billing, accountId);
}

/** An account through one of several billings. */
export function accountSeenBy(
  world: World,
  billing: RunningBilling,
  accountId: string,
): TestAccount {
  const clients = {
    plans: billing.as(PlanServiceClient, accountId),
    subscriptions: billing.as(SubscriptionServiceClient, accountId),
    invoices: billing.as(InvoiceServiceClient, accountId),
    runs: billing.as(BillingRunServiceClient, accountId),
    profile: billing.as(BillingProfileServiceClient, accountId),
  };
  const { plans, subscriptions, invoices, runs } = clients;
  return {
    accountId,
    ...clients,
    async customer(name) {
      const customer = aCustomer(name);
      const message = CustomerCreated.fromPartial({ customer });
      await world.others.tell(announcement(CustomerCreated, message, accountId));
      world.others.directory.set(customer.customerId, customer);
      return customer.customerId;
    },
    async plan(plan = {}) {
      const words = { name: "Pay as you go", charges: perThousand, ...plan };
      const request = CreatePlanRequest.fromPartial({ plan: words, publish: true });
      return made((await plans.createPlan(request)).plan);
    },
    async subscribe(customerId, { planId }) {
      const request = CreateSubscriptionRequest.fromPartial({ customerId, planId });
      return made((await subscriptions.createSubscription(request)).subscription);
    },
    calls(customerId, time, calls) {
      world.others.metering.counted.push({ customerId, time: new Date(time), calls });
    },
    async listInvoices() {
      return (await invoices.listInvoices(ListInvoicesRequest.fromPartial({}))).invoices;
    },
    async billed() {
      await eventually(
        async () => {
          const { billingRun } = await runs.runBilling({ requestId: "" });
          if (billingRun?.state !== BillingRunState.DONE) throw new Error("not all is billed yet");
        },
        { withinMs: 20_000 },
      );
    },
  };
}

export async function tellAccount(world: World, accountId: string): Promise<void> {
  const account = Account.fromPartial({
    ...{ accountId, name: "WeatherNow", timeZone: "Asia/Kolkata" },
    ...{ currency: "INR", country: "IN" },
  });
  const message = AccountCreated.fromPartial({ account });
  await world.others.tell(announcement(AccountCreated, message, accountId));
}

export function aCustomer(name: string): Customer {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
  return Customer.fromPartial({ customerId: newId(), name, email, version: 1n });
}

export function made<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the answer is empty");
  return value;
}
