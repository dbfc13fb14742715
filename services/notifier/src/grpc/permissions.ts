import type { Permission, PermissionTable } from "@tollbook/service";

const reading: Permission = {
  roles: ["owner", "admin", "billing", "viewer"],
  scope: "account:read",
};
/** Whoever issues invoices may mail one again. */
const sending: Permission = { roles: ["owner", "admin", "billing"], scope: "account:write" };
const ruling: Permission = { roles: ["owner", "admin"], scope: "account:write" };

export const deliveryPermissions: PermissionTable = {
  ListDeliveries: reading,
  GetDelivery: reading,
  ResendDelivery: sending,
};

export const alertRulePermissions: PermissionTable = {
  CreateAlertRule: ruling,
  ListAlertRules: reading,
  UpdateAlertRule: ruling,
  DeleteAlertRule: ruling,
  TestAlertRule: ruling,
};

/** A channel may be a webhook with a secret: no root key makes or tests one for others. */
export const channelPermissions: PermissionTable = {
  CreateChannel: { roles: ["owner", "admin"] },
  ListChannels: reading,
  DeleteChannel: { roles: ["owner", "admin"] },
  TestChannel: { roles: ["owner", "admin"] },
};

export const preferencePermissions: PermissionTable = {
  /** The token in the e-mail is the credential. */
  Unsubscribe: { public: true },
  ListUnsubscribed: reading,
};
