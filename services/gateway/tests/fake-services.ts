import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  AccountServiceService,
  CreateCustomerResponse,
  CustomerServiceService,
  GetAccountResponse,
  ListCustomersResponse,
  RefreshSessionResponse,
  SessionServiceService,
  SignInResponse,
  SignUpResponse,
} from "@tollbook/contracts/auth/v1";
import { GetInvoicePdfResponse, InvoiceServiceService } from "@tollbook/contracts/billing/v1";
import { CheckResponse, GateServiceService } from "@tollbook/contracts/gate/v1";
import {
  ExportUsageResponse,
  QueryUsageResponse,
  type RecordUsageRequest,
  RecordUsageResponse,
  UsageServiceService,
} from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";
import {
  type Caller,
  createGrpcHost,
  createLogger,
  currentTraceId,
  type GrpcHost,
  Registry,
  serverStream,
  unary,
} from "@tollbook/service";

/** Real gRPC services of our own host, with just enough behind them to be asked. */
export interface FakeServices {
  port: number;
  /** What was called, with the request as it arrived and the trace it belonged to. */
  calls: { rpc: string; request: unknown; token: string | undefined; traceId?: string }[];
  stop(): Promise<void>;
}

export const quiet = createLogger({ service: "test", level: "silent" });

/** Access tokens the fakes accept; the others are unauthenticated. */
export const goodToken = "good-token";

export async function startFakeServices(port = 0): Promise<FakeServices> {
  const calls: FakeServices["calls"] = [];
  const host = createGrpcHost({
    authenticator: { authenticate: async (metadata) => whoIs(metadata), forgetRootKey: () => {} },
    logger: quiet,
    metrics: new Registry(),
  });
  const note = (rpc: string, request: unknown, token?: string) => {
    const traceId = currentTraceId();
    calls.push({ rpc, request, token, ...(traceId ? { traceId } : {}) });
  };
  addDoors(host, note);
  const bound = await host.listen(`127.0.0.1:${port}`);
  return { port: bound, calls, stop: () => host.drain(100) };
}

function whoIs(metadata: { get(key: string): unknown[] }): Caller {
  const [authorization] = metadata.get("authorization");
  if (authorization === `Bearer ${goodToken}`) {
    return { kind: "member", accountId: "a1", memberId: "m1", role: "owner" };
  }
  throw new DomainError("unauthenticated", "TOKEN_INVALID", "That token is not valid.");
}

type Note = (rpc: string, request: unknown, token?: string) => void;

/** Makes one answer; what it throws becomes the error. */
type Answer = (request: never) => unknown;

function addDoors(host: GrpcHost, note: Note): void {
  const add = (service: ServiceDefinition, answers: Record<string, Answer>, isPublic = false) => {
    const permissions = Object.fromEntries(
      Object.values(service).map(({ path }) => [
        path.slice(path.lastIndexOf("/") + 1),
        isPublic ? { public: true as const } : { roles: ["owner" as const] },
      ]),
    );
    const works = Object.entries(answers).map(([rpc, answer]) => {
      const work = unary(async (request: never, _caller, call) => {
        note(rpc, request, call.metadata.get("authorization")[0]?.toString());
        return answer(request);
      });
      return [rpc, work] as const;
    });
    const implementation = Object.fromEntries(works) as unknown as UntypedServiceImplementation;
    host.add({ service, implementation, permissions });
  };
  add(
    AccountServiceService,
    { signUp, getAccount: () => GetAccountResponse.fromPartial({}) },
    true,
  );
  add(SessionServiceService, { signIn, refreshSession, signOut: () => ({}) }, true);
  add(CustomerServiceService, { createCustomer, listCustomers, getCustomer, suspendCustomer });
  add(GateServiceService, { check: () => CheckResponse.fromPartial({ verdict: 13 }) });
  add(InvoiceServiceService, { getInvoicePdf });
  addUsage(host, note);
}

const session = (accessToken: string) => ({
  accessToken,
  accessExpireTime: new Date(Date.now() + 900_000),
  refreshToken: "refresh-1",
  refreshExpireTime: new Date(Date.now() + 86_400_000),
});
const account = { accountId: "a1", name: "WeatherNow", currency: "INR" };

const signUp = () =>
  SignUpResponse.fromPartial({ session: session(goodToken), account, rootKeySecret: "tb_root_x" });

const signIn = ({ password }: { password: string }) => {
  if (password !== "right password") {
    throw new DomainError("unauthenticated", "CREDENTIALS_WRONG", "E-mail or password is wrong.");
  }
  return SignInResponse.fromPartial({ session: session(goodToken), account });
};

const refreshSession = ({ refreshToken }: { refreshToken: string }) => {
  if (refreshToken !== "refresh-1") {
    throw new DomainError("unauthenticated", "SESSION_ENDED", "That session has ended.");
  }
  return RefreshSessionResponse.fromPartial({ session: session(goodToken) });
};

const createCustomer = (request: { name: string }) => {
  if (request.name === "") {
    const violations = [{ field: "external_id", reason: "TAKEN", description: "It is taken." }];
    throw new DomainError("invalid", "INVALID_REQUEST", "No.", {}, { violations });
  }
  return CreateCustomerResponse.fromPartial({ customer: { ...request, version: 9n } });
};

const listCustomers = () => ListCustomersResponse.fromPartial({});

const getCustomer = ({ customerId }: { customerId: string }) => {
  if (customerId === "bug") throw new TypeError("cannot read secret of undefined");
  throw new DomainError("not-found", "CUSTOMER_NOT_FOUND", "There is none.", { customerId });
};

const suspendCustomer = () => {
  const quota = [{ subject: "customer:abc", description: "50,000 a month" }];
  throw new DomainError("exhausted", "QUOTA", "Used up.", {}, { quota, retryAfterMs: 3_500 });
};

const getInvoicePdf = () =>
  GetInvoicePdfResponse.fromPartial({
    file: { contentType: "application/pdf", fileName: "INV/2026 1.pdf", data: Buffer.from("%PDF") },
  });

/** Customers called "nobody" are not there, whose "later" is not known yet, "full" is too much. */
function recordAnswer({ events }: RecordUsageRequest): RecordUsageResponse {
  const named = events.map(({ caller }) => caller?.value);
  if (named.includes("full")) {
    throw new DomainError("exhausted", "USAGE_BACKLOG", "Too much.", {}, { retryAfterMs: 1_500 });
  }
  const places = (name: string) => named.flatMap((one, at) => (one === name ? [at] : []));
  const rejections = places("nobody").map((value) => {
    const position = { $case: "event" as const, value };
    return { position, reason: "CUSTOMER_UNKNOWN", message: "There is none." };
  });
  return RecordUsageResponse.fromPartial({
    counted: BigInt(events.length - rejections.length),
    rejected: BigInt(rejections.length),
    rejections,
    retryEvents: places("later"),
  });
}

function addUsage(host: GrpcHost, note: Note): void {
  const exportUsage = serverStream(async function* (request: { format: number }) {
    note("exportUsage", request);
    if (request.format === 2) throw new DomainError("invalid", "FORMAT", "Not that one.");
    const first = { contentType: "text/csv", fileName: "usage.csv", data: Buffer.from("a,b\n") };
    yield ExportUsageResponse.fromPartial({ file: first });
    for (let i = 0; i < 100; i += 1) {
      yield ExportUsageResponse.fromPartial({ file: { data: Buffer.from(`${i},x\n`) } });
    }
  });
  const queryUsage = unary(async (request: { timeZone: string }) => {
    note("queryUsage", request);
    if (request.timeZone === "slow") await new Promise((done) => setTimeout(done, 3_000).unref());
    return QueryUsageResponse.fromPartial({ rows: [{ calls: 9_007_199_254_740_993n }] });
  });
  const recordUsage = unary(async (request: RecordUsageRequest) => {
    note("recordUsage", request);
    return recordAnswer(request);
  });
  const permissions = Object.fromEntries(
    Object.values(UsageServiceService).map(({ path }) => [
      path.slice(path.lastIndexOf("/") + 1),
      { roles: ["owner" as const] },
    ]),
  );
  host.add({
    service: UsageServiceService,
    implementation: { exportUsage, queryUsage, recordUsage },
    permissions,
  });
}
