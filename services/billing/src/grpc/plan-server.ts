import {
  ArchivePlanResponse,
  CreatePlanRequest,
  CreatePlanResponse,
  GetPlanResponse,
  ListPlansResponse,
  type PlanServiceServer,
  PlanServiceService,
  PublishPlanRequest,
  PublishPlanResponse,
  UpdatePlanDraftRequest,
  UpdatePlanDraftResponse,
} from "@tollbook/contracts/billing/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { changedDraft } from "./changed-draft.ts";
import { fromProtoPlan, protoDraft, protoPlan, protoVersion } from "./convert-plan.ts";
import { once } from "./once.ts";
import { parsePage, toPage } from "./page-token.ts";
import { planPermissions } from "./permissions.ts";

const creating = {
  rpc: "CreatePlan",
  requestCodec: CreatePlanRequest,
  responseCodec: CreatePlanResponse,
};
const drafting = {
  rpc: "UpdatePlanDraft",
  requestCodec: UpdatePlanDraftRequest,
  responseCodec: UpdatePlanDraftResponse,
};
const publishing = {
  rpc: "PublishPlan",
  requestCodec: PublishPlanRequest,
  responseCodec: PublishPlanResponse,
};

/** The catalogue. SimulatePlan is not built yet. */
export const planDoor = (app: Billing): Door => ({
  service: PlanServiceService,
  implementation: { ...changes(app), ...reads(app) },
  permissions: planPermissions,
});

const changes = (app: Billing): Partial<PlanServiceServer> => ({
  createPlan: unary(async (request: CreatePlanRequest, caller) => {
    const accountId = requireAccount(caller);
    await app.ensureAccount(accountId);
    const input = fromProtoPlan(request.plan);
    const meters = await app.metersNamed(accountId, input);
    return once(app.database, accountId, { ...creating, request }, async (tx) => {
      const plan = await app.createPlan(tx, { input, meters, publish: request.publish });
      return CreatePlanResponse.fromPartial({ plan: protoPlan(plan) });
    });
  }),
  updatePlanDraft: unary(async (request: UpdatePlanDraftRequest, caller) => {
    const accountId = requireAccount(caller);
    const planId = parseId(request.plan?.planId ?? "", "plan.plan_id");
    const change = changedDraft(request);
    const known = await app.database.inAccount(accountId, (tx) => app.plans.get(tx, planId));
    const meters = await app.metersNamed(accountId, change(known));
    return once(app.database, accountId, { ...drafting, request }, async (tx) => {
      const plan = await app.updatePlanDraft(tx, planId, { change, meters });
      return UpdatePlanDraftResponse.fromPartial({ plan: protoDraft(plan) });
    });
  }),
  publishPlan: unary((request: PublishPlanRequest, caller) =>
    once(app.database, requireAccount(caller), { ...publishing, request }, async (tx) => {
      const plan = await app.publishPlan(tx, parseId(request.planId, "plan_id"));
      return PublishPlanResponse.fromPartial({ plan: protoPlan(plan) });
    }),
  ),
  archivePlan: unary(async (request, caller) => {
    const planId = parseId(request.planId, "plan_id");
    const plan = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.archivePlan(tx, planId),
    );
    return ArchivePlanResponse.fromPartial({ plan: protoPlan(plan) });
  }),
});

const reads = (app: Billing): Partial<PlanServiceServer> => ({
  getPlan: unary(async ({ planId: text, version }, caller) => {
    const planId = parseId(text, "plan_id");
    const plan = await app.database.inAccount(requireAccount(caller), async (tx) => {
      const known = await app.plans.get(tx, planId);
      if (version === 0) return protoPlan(known);
      return protoVersion(await app.plans.version(tx, planId, version), known.archiveTime);
    });
    return GetPlanResponse.fromPartial({ plan });
  }),
  listPlans: unary(async ({ pageSize, pageToken, includeArchived }, caller) => {
    const page = parsePage(pageSize, pageToken, ["ListPlans", String(includeArchived)]);
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.plans.list(tx, page, includeArchived),
    );
    const { items, nextPageToken } = toPage(rows, page, ({ planId }) => planId);
    return ListPlansResponse.fromPartial({ plans: items.map(protoPlan), nextPageToken });
  }),
});
