import type { JsonValue } from "@bufbuild/protobuf";

const customerId = "0193a1b2-7c00-7000-8000-00000000c001";
const planId = "0193a1b2-7c00-7000-8000-00000000d001";
const keyId = "0193a1b2-7c00-7000-8000-00000000e001";

/** Requests worth copying, by RPC: the first hour with Tollbook. A test parses each. */
export const requestExamples: Readonly<Record<string, JsonValue>> = {
  SignUp: {
    accountName: "WeatherNow",
    email: "asha@weathernow.example",
    password: "correct horse battery",
    memberName: "Asha Rao",
    timeZone: "Asia/Kolkata",
    currency: "INR",
  },
  SignIn: { email: "asha@weathernow.example", password: "correct horse battery" },
  CreateRootKey: { name: "production", scopes: ["gate:check", "usage:write"] },
  CreateCustomer: {
    externalId: "abc",
    name: "ABC Pvt Ltd",
    email: "accounts@abc.example",
    billing: { state: "29", country: "IN", taxNumber: "29ABCDE1234F1Z5" },
  },
  IssueKeys: { customerId, name: "production" },
  CreatePlan: {
    plan: {
      name: "Pay as you go",
      charges: [
        {
          name: "API calls",
          includedUnits: "1000",
          package: { packageUnits: "1000", packageAmount: "1.00" },
        },
      ],
      limits: [
        {
          name: "monthly calls",
          window: "WINDOW_MONTH",
          quota: "100000",
          enforcement: "ENFORCEMENT_HARD",
        },
      ],
    },
    publish: true,
  },
  CreateSubscription: { customerId, planId },
  Check: { key: "tb_live_…", endpoint: "/v1/forecast/{city}", method: "GET" },
  RecordUsage: {
    batchId: "0193a1b2-7c00-7000-8000-00000000b001",
    recorderId: "0193a1b2-7c00-7000-8000-00000000a001",
    events: [
      {
        eventId: "0193a1b2-7c00-7000-8000-00000000f001",
        keyId,
        endpoint: "/v1/forecast/{city}",
        method: "GET",
        status: 200,
        time: "2026-11-10T09:30:00Z",
        latencyUs: 1850,
      },
    ],
  },
  QueryUsage: {
    startTime: "2026-11-01T00:00:00+05:30",
    endTime: "2026-12-01T00:00:00+05:30",
    granularity: "GRANULARITY_DAY",
    groupBy: ["USAGE_DIMENSION_CUSTOMER"],
    top: 10,
  },
};
