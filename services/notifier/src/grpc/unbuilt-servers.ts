import {
  AlertRuleServiceService,
  ChannelServiceService,
  PreferenceServiceService,
} from "@tollbook/contracts/notifier/v1";
import type { Door } from "@tollbook/service";
import { alertRulePermissions, channelPermissions, preferencePermissions } from "./permissions.ts";

/** Doors with nothing behind them yet: they say who may call, and answer UNIMPLEMENTED. */
export const unbuiltDoors = (): Door[] => [
  { service: AlertRuleServiceService, implementation: {}, permissions: alertRulePermissions },
  { service: ChannelServiceService, implementation: {}, permissions: channelPermissions },
  { service: PreferenceServiceService, implementation: {}, permissions: preferencePermissions },
];
