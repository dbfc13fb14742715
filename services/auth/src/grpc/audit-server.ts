import { AuditServiceService } from "@tollbook/contracts/auth/v1";
import type { Door } from "@tollbook/service";
import { auditPermissions } from "./permissions.ts";

/** What members and root keys did. None of its RPCs is built yet. */
export const auditDoor = (): Door => ({
  service: AuditServiceService,
  implementation: {},
  permissions: auditPermissions,
});
