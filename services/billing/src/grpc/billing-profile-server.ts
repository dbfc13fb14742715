import {
  type BillingProfileServiceServer,
  BillingProfileServiceService,
  GetBillingProfileResponse,
  BillingProfile as ProtoProfile,
  UpdateBillingProfileRequest,
  UpdateBillingProfileResponse,
} from "@tollbook/contracts/billing/v1";
import { invalidField } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { type BillingProfile, SAC_DEFAULT } from "../domain/billing-profile.ts";
import type { Party } from "../domain/party.ts";
import { once } from "./once.ts";
import { billingProfilePermissions } from "./permissions.ts";
import { protoParty } from "./proto-words.ts";

const updating = {
  rpc: "UpdateBillingProfile",
  requestCodec: UpdateBillingProfileRequest,
  responseCodec: UpdateBillingProfileResponse,
};

/** Who bills. */
export const billingProfileDoor = (app: Billing): Door => ({
  service: BillingProfileServiceService,
  implementation: implementation(app),
  permissions: billingProfilePermissions,
});

const implementation = (app: Billing): Partial<BillingProfileServiceServer> => ({
  getBillingProfile: unary(async (_request, caller) => {
    const accountId = requireAccount(caller);
    await app.ensureAccount(accountId);
    const profile = await app.database.inAccount(accountId, (tx) => app.billingProfile(tx));
    return GetBillingProfileResponse.fromPartial({ billingProfile: protoProfile(profile) });
  }),
  updateBillingProfile: unary(async (request: UpdateBillingProfileRequest, caller) => {
    const accountId = requireAccount(caller);
    await app.ensureAccount(accountId);
    return once(app.database, accountId, { ...updating, request }, async (tx) => {
      const profile = await app.updateBillingProfile(tx, changedProfile(request));
      return UpdateBillingProfileResponse.fromPartial({ billingProfile: protoProfile(profile) });
    });
  }),
});

function protoProfile({ supplier, ...profile }: BillingProfile): ProtoProfile {
  const { invoiceSeries, dueDays, sac, upiAddress, footer } = profile;
  const rest = { invoiceSeries, dueDays, sac, upiAddress, footer };
  return ProtoProfile.fromPartial({ ...rest, supplier: protoParty(supplier) });
}

const CHANGEABLE: Readonly<Record<string, keyof BillingProfile>> = {
  supplier: "supplier",
  invoice_series: "invoiceSeries",
  due_days: "dueDays",
  sac: "sac",
  upi_address: "upiAddress",
  footer: "footer",
};

/** The profile with the masked values changed; without a mask, all of them. */
function changedProfile({ billingProfile, updateMask }: UpdateBillingProfileRequest) {
  const wanted = fromProtoProfile(billingProfile);
  const paths = updateMask?.length ? updateMask : Object.keys(CHANGEABLE);
  const changes = paths.map((path) => {
    const key = CHANGEABLE[path];
    if (key === undefined) throw fieldNotChangeable(path);
    return [key, wanted[key]];
  });
  return (known: BillingProfile): BillingProfile => ({ ...known, ...Object.fromEntries(changes) });
}

function fieldNotChangeable(path: string) {
  const sentence = `${path} cannot change; these can: ${Object.keys(CHANGEABLE).join(", ")}.`;
  return invalidField("update_mask", "FIELD_NOT_CHANGEABLE", sentence);
}

function fromProtoProfile(profile: ProtoProfile | undefined): BillingProfile {
  if (!profile) throw invalidField("billing_profile", "MISSING", "Write the new values.");
  const { invoiceSeries, dueDays, upiAddress, footer } = profile;
  const supplier: Party = profile.supplier ?? {
    ...{ name: "", addressLines: [], state: "", country: "", taxNumber: "", email: "" },
  };
  return { supplier, invoiceSeries, dueDays, sac: profile.sac || SAC_DEFAULT, upiAddress, footer };
}
