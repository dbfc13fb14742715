import {
  type BillingRunServiceServer,
  BillingRunServiceService,
  BillingRunState,
  GetBillingRunResponse,
  ListBillingRunsResponse,
  BillingRun as ProtoRun,
  RunBillingRequest,
  RunBillingResponse,
} from "@tollbook/contracts/billing/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import type { BillingRun } from "../domain/billing-run.ts";
import { once } from "./once.ts";
import { parsePage, toPage } from "./page-token.ts";
import { billingRunPermissions } from "./permissions.ts";

const running = {
  rpc: "RunBilling",
  requestCodec: RunBillingRequest,
  responseCodec: RunBillingResponse,
};

/** The month-end run. `kick` wakes the scheduler, which does the work. */
export const billingRunDoor = (app: Billing, kick: () => void): Door => ({
  service: BillingRunServiceService,
  implementation: implementation(app, kick),
  permissions: billingRunPermissions,
});

const implementation = (app: Billing, kick: () => void): Partial<BillingRunServiceServer> => ({
  runBilling: unary(async (request: RunBillingRequest, caller) => {
    const accountId = requireAccount(caller);
    await app.turnAll(accountId);
    const answer = await once(app.database, accountId, { ...running, request }, async (tx) =>
      RunBillingResponse.fromPartial({ billingRun: protoRun(await app.runBilling(tx)) }),
    );
    kick();
    return answer;
  }),
  getBillingRun: unary(async (request, caller) => {
    const billingRunId = parseId(request.billingRunId, "billing_run_id");
    const run = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.runs.get(tx, billingRunId),
    );
    return GetBillingRunResponse.fromPartial({ billingRun: protoRun(run) });
  }),
  listBillingRuns: unary(async ({ pageSize, pageToken }, caller) => {
    const page = parsePage(pageSize, pageToken, ["ListBillingRuns"]);
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.runs.list(tx, page),
    );
    const { items, nextPageToken } = toPage(rows, page, ({ billingRunId }) => billingRunId);
    return ListBillingRunsResponse.fromPartial({ billingRuns: items.map(protoRun), nextPageToken });
  }),
});

function protoRun({ endTime, state, ...run }: BillingRun): ProtoRun {
  return ProtoRun.fromPartial({ ...run, state: protoState[state], ...(endTime && { endTime }) });
}

const protoState = {
  running: BillingRunState.RUNNING,
  done: BillingRunState.DONE,
  incomplete: BillingRunState.INCOMPLETE,
} as const;
