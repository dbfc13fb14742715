/** What the API answers in these tests: WeatherNow on the 23rd of a month. */
export const now = "2026-11-23T10:42:00Z";

const account = {
  accountId: "0193a1b2-7c00-7000-8000-00000000a001",
  name: "WeatherNow",
  timeZone: "Asia/Kolkata",
  currency: "INR",
  country: "IN",
  createTime: "2026-10-02T05:00:00Z",
};
const member = {
  memberId: "m1",
  email: "asha@weathernow.example",
  name: "Asha",
  role: "ROLE_OWNER",
};

const customer = (customerId: string, name: string) => ({
  customerId,
  externalId: name.slice(0, 3).toLowerCase(),
  name,
  email: "",
  standing: "STANDING_GOOD",
  createTime: "2026-10-05T05:00:00Z",
});
const customers = [customer("c1", "ABC Pvt Ltd"), customer("c3", "Free Rider")];

const keys = [
  {
    keyId: "k1",
    customerId: "c1",
    name: "production",
    prefix: "tb_live",
    lastFour: "9fQx",
    test: false,
    state: "KEY_STATE_ACTIVE",
    createTime: "2026-10-05T05:00:00Z",
  },
];
const quotas = [
  {
    limitId: "l1",
    name: "monthly calls",
    customerId: "c3",
    window: "WINDOW_MONTH",
    resetTime: "2026-11-30T18:30:00Z",
    enforcement: "ENFORCEMENT_HARD",
    limit: "1000",
    consumed: "1000",
    leased: "0",
    stranded: "0",
    remaining: "0",
  },
];
const invoices = [
  {
    invoiceId: "i1",
    number: "INV/26-27/000001",
    customerId: "c1",
    state: "INVOICE_STATE_FINALIZED",
    periodStartTime: "2026-09-30T18:30:00Z",
    periodEndTime: "2026-10-31T18:30:00Z",
    invoiceTime: "2026-11-01T18:31:00Z",
    total: { currency: "INR", amount: "150000.00" },
  },
];

interface Question {
  granularity?: string;
  groupBy?: string[];
  startTime: string;
  endTime: string;
}

function usage({ groupBy, startTime, endTime }: Question) {
  const group = groupBy?.[0] === "USAGE_DIMENSION_CUSTOMER" ? { customerId: "c1" } : endpoint;
  const sums = { calls: "150000", refused: "500", errors: "1200" };
  const rows = groupBy ? [{ startTime, endTime, group, ...sums }] : [];
  return { rows, total: sums };
}

const endpoint = { endpoint: "/v1/forecast/{city}", method: "GET" };

export type Answer = readonly [status: number, body: object];

const refused = (status: number, detail: string, more: object = {}): Answer => [
  status,
  { status, detail, reason: "REFUSED", ...more },
];

const taken = [{ field: "externalId", reason: "TAKEN", description: "abc is taken." }];

/** Answers by `METHOD path`; the query is left out. */
export const answers: Readonly<Record<string, (body: never) => Answer>> = {
  "GET /v1/me": () => [200, { account, member }],
  "POST /dashboard-session/sign-in": ({ password }: { password: string }) =>
    password === "right password"
      ? [200, { account, member }]
      : refused(401, "The e-mail address or the password is wrong."),
  "POST /dashboard-session/sign-out": () => [200, {}],
  "POST /v1/usage:query": (question: Question) => [200, usage(question)],
  "GET /v1/customers": () => [200, { customers, nextPageToken: "" }],
  "GET /v1/customers/c1": () => [200, { customer: customers[0] }],
  "POST /v1/customers": () => refused(400, "Something is wrong.", { violations: taken }),
  "GET /v1/quotas": () => [200, { quotas, nextPageToken: "" }],
  "GET /v1/keys": () => [200, { keys, nextPageToken: "" }],
  "POST /v1/keys:issue": () => [200, { keys: [{ key: keys[0], secret: "tb_live_theSecret" }] }],
  "POST /v1/keys/k1:revoke": () => [200, { key: keys[0] }],
  "GET /v1/subscriptions": () => [200, { subscriptions: [], nextPageToken: "" }],
  "GET /v1/plans": () => [200, { plans: [], nextPageToken: "" }],
  "GET /v1/invoices": () => [200, { invoices, nextPageToken: "" }],
  "GET /v1/root-keys": () => refused(501, "Not available."),
};

export const signedOut = refused(401, "Send a credential.");
