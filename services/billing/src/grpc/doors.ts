import type { Door } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { billingProfileDoor } from "./billing-profile-server.ts";
import { billingRunDoor } from "./billing-run-server.ts";
import { entitlementDoor } from "./entitlement-server.ts";
import { invoiceDoor } from "./invoice-server.ts";
import { planDoor } from "./plan-server.ts";
import { subscriptionDoor } from "./subscription-server.ts";
import { unbuiltDoors } from "./unbuilt-doors.ts";

/** Every way in. `kick` wakes the scheduler. */
export function billingDoors(app: Billing, kick: () => void): Door[] {
  return [
    planDoor(app),
    subscriptionDoor(app),
    entitlementDoor(app),
    invoiceDoor(app),
    billingRunDoor(app, kick),
    billingProfileDoor(app),
    ...unbuiltDoors,
  ];
}
