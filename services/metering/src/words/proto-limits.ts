import {
  Enforcement,
  FailureMode as ProtoFailureMode,
  Window as ProtoWindow,
} from "@tollbook/contracts/metering/v1";
import { WINDOWS, type Window } from "@tollbook/domain";
import type { FailureMode } from "../domain/usage-limit.ts";

const PROTO_WINDOWS: Readonly<Record<Window, ProtoWindow>> = {
  minute: ProtoWindow.MINUTE,
  hour: ProtoWindow.HOUR,
  day: ProtoWindow.DAY,
  month: ProtoWindow.MONTH,
  period: ProtoWindow.PERIOD,
  total: ProtoWindow.TOTAL,
};

const PROTO_MODES: Readonly<Record<FailureMode, ProtoFailureMode>> = {
  default: ProtoFailureMode.UNSPECIFIED,
  closed: ProtoFailureMode.CLOSED,
  open: ProtoFailureMode.OPEN,
};

/** A window's number on the wire. */
export function protoWindow(window: Window): ProtoWindow {
  return PROTO_WINDOWS[window];
}

/** The window of a number or a word; undefined if it is none. */
export function fromProtoWindow(told: ProtoWindow | string): Window | undefined {
  return WINDOWS.find((window) => window === told || PROTO_WINDOWS[window] === told);
}

/** Whether a limit refuses, on the wire. */
export function protoEnforcement(hard: boolean): Enforcement {
  return hard ? Enforcement.HARD : Enforcement.SOFT;
}

/** A failure mode's number on the wire. */
export function protoFailureMode(mode: FailureMode): ProtoFailureMode {
  return PROTO_MODES[mode];
}

/** The failure mode of a number. */
export function fromProtoFailureMode(mode: ProtoFailureMode): FailureMode {
  if (mode === ProtoFailureMode.OPEN) return "open";
  return mode === ProtoFailureMode.CLOSED ? "closed" : "default";
}
