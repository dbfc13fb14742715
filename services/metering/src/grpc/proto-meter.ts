import {
  Aggregation as ProtoAggregation,
  Meter as ProtoMeter,
  type UpdateMeterRequest,
} from "@tollbook/contracts/metering/v1";
import { invalidField } from "@tollbook/domain";
import type { MeterChange } from "../app/update-meter.ts";
import type { MeterInput } from "../domain/check-meter.ts";
import type { Aggregation, Meter } from "../domain/meter.ts";

const AGGREGATIONS: Readonly<Record<Aggregation, ProtoAggregation>> = {
  count: ProtoAggregation.COUNT,
  sum: ProtoAggregation.SUM,
  max: ProtoAggregation.MAX,
  unique: ProtoAggregation.UNIQUE,
};

/** A meter as somebody wrote it down. */
export function fromProtoMeter(meter: ProtoMeter | undefined): MeterInput {
  const { name, endpointPatterns, methods, statusClasses, properties, uniqueProperty, weights } =
    meter ?? ProtoMeter.fromPartial({});
  const aggregation = Object.entries(AGGREGATIONS).find(([, word]) => word === meter?.aggregation);
  return {
    ...{ name, endpointPatterns, methods, statusClasses, properties, uniqueProperty, weights },
    aggregation: aggregation?.[0] as Aggregation | undefined,
  };
}

/** Values that may change, by their paths in a mask. */
const CHANGEABLE: Readonly<Record<string, keyof MeterChange>> = {
  name: "name",
  status_classes: "statusClasses",
  weights: "weights",
};

/** The values a mask names; without a mask all that may change of this meter. */
export function fromProtoChange(request: UpdateMeterRequest, accountId: string): MeterChange {
  const { meter, updateMask = [] } = request;
  if (meter === undefined) throw invalidField("meter", "MISSING", "Write the meter's new values.");
  const isDefault = meter.meterId.toLowerCase() === accountId;
  const every = isDefault ? ["status_classes"] : Object.keys(CHANGEABLE);
  const paths = updateMask.length === 0 ? every : updateMask;
  const values = fromProtoMeter(meter);
  return Object.fromEntries(
    paths.map((path) => {
      const key = CHANGEABLE[path];
      if (key !== undefined) return [key, values[key]];
      const sentence = `Only ${Object.keys(CHANGEABLE).join(", ")} can change.`;
      throw invalidField("update_mask", "FIELD_NOT_CHANGEABLE", sentence);
    }),
  );
}

/** A meter on the wire, with its newest values. */
export function toProtoMeter(meter: Meter, accountId: string) {
  const { meterId, name, endpointPatterns, methods, properties, uniqueProperty } = meter;
  const { createTime, archiveTime, versions } = meter;
  const [first, last] = [versions[0], versions.at(-1)];
  const startTime = meterId === accountId ? undefined : first?.effectiveTime;
  const effectiveTime = versions.length > 1 ? last?.effectiveTime : undefined;
  return ProtoMeter.fromPartial({
    ...{ meterId, name, properties: { ...properties }, uniqueProperty },
    aggregation: AGGREGATIONS[meter.aggregation],
    endpointPatterns: [...endpointPatterns],
    methods: [...methods],
    statusClasses: [...(last?.statusClasses ?? [])],
    weights: [...(last?.weights ?? [])],
    ...(createTime && { createTime }),
    ...(archiveTime && { archiveTime }),
    ...(startTime && { startTime }),
    ...(effectiveTime && { effectiveTime }),
  });
}
