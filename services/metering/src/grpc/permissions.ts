import type { Permission, PermissionTable } from "@tollbook/service";

const reading: Permission = {
  roles: ["owner", "admin", "billing", "viewer"],
  scope: "usage:read",
  services: true,
};
const recording: Permission = { scope: "usage:write", services: true };
const gates: Permission = { scope: "gate:check", services: true };
const deciding: Permission = { roles: ["owner", "admin"] };
const servicesOnly: Permission = { services: true };

export const usagePermissions: PermissionTable = {
  RecordUsage: recording,
  RecordUsageStream: recording,
  QueryUsage: reading,
  ListUsageEvents: reading,
  ExportUsage: reading,
  GetReconciliation: reading,
};

export const quotaPermissions: PermissionTable = {
  GetQuota: reading,
  ListQuotas: reading,
  AcquireLeases: gates,
  ReleaseLeases: gates,
  // The owner vouches for what was not used: that is a person's decision.
  ReleaseStranded: deciding,
};

export const meterPermissions: PermissionTable = {
  CreateMeter: deciding,
  GetMeter: reading,
  ListMeters: reading,
  UpdateMeter: deciding,
  ArchiveMeter: deciding,
};

export const sealPermissions: PermissionTable = {
  SealPeriods: servicesOnly,
  GetSealedUsage: servicesOnly,
};
