/** What the API answers, as far as the dashboard looks at it. Counts of 64 bits are text. */
export interface Account {
  accountId: string;
  name: string;
  timeZone: string;
  currency: string;
  country: string;
  createTime: string;
}

export interface Member {
  memberId: string;
  email: string;
  name: string;
  role: string;
}

export interface RootKey {
  rootKeyId: string;
  name: string;
  scopes: string[];
  lastFour: string;
  createTime: string;
  revokeTime?: string;
  lastUsedTime?: string;
}

export interface Customer {
  customerId: string;
  externalId: string;
  name: string;
  email: string;
  standing: string;
  createTime: string;
}

export interface Key {
  keyId: string;
  customerId: string;
  name: string;
  prefix: string;
  lastFour: string;
  test: boolean;
  state: string;
  createTime: string;
  revokeTime?: string;
  lastUsedTime?: string;
}

export interface IssuedKey {
  key: Key;
  secret: string;
}

export interface Money {
  currency: string;
  amount: string;
}

export interface Charge {
  name: string;
  includedUnits: string;
  package?: { packageUnits: string; packageAmount: string; roundUp: boolean };
  perUnit?: { unitAmount: string };
  flat?: { amount: string };
}

export interface PlanLimit {
  name: string;
  window: string;
  quota: string;
  enforcement: string;
  ratePerSecondMilli: string;
}

export interface Plan {
  planId: string;
  name: string;
  version: number;
  draft: boolean;
  currency: string;
  charges: Charge[];
  limits: PlanLimit[];
  createTime: string;
}

export interface Subscription {
  subscriptionId: string;
  customerId: string;
  planId: string;
  planName: string;
  state: string;
  startTime: string;
  endTime?: string;
  periodStartTime?: string;
  periodEndTime?: string;
}

export interface Quota {
  limitId: string;
  name: string;
  customerId: string;
  window: string;
  resetTime?: string;
  enforcement: string;
  limit: string;
  consumed: string;
  leased: string;
  stranded: string;
  remaining: string;
}

export interface Invoice {
  invoiceId: string;
  number: string;
  customerId: string;
  state: string;
  periodStartTime: string;
  periodEndTime: string;
  invoiceTime: string;
  dueTime?: string;
  recipient?: { name: string };
  total?: Money;
}

export interface UsageSums {
  calls: string;
  refused: string;
  errors: string;
}

export interface UsageRow extends UsageSums {
  startTime: string;
  endTime: string;
  group?: { customerId: string; endpoint: string; method: string; other: boolean };
}

export interface UsageAnswer {
  rows: UsageRow[];
  total?: UsageSums;
}
