import {
  GetMeterResponse,
  ListMetersResponse,
  type MeterServiceServer,
  MeterServiceService,
  Aggregation as ProtoAggregation,
} from "@tollbook/contracts/metering/v1";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import type { Aggregation, Meter } from "../domain/meter.ts";
import { meterPermissions } from "./permissions.ts";

const AGGREGATIONS: Readonly<Record<Aggregation, ProtoAggregation>> = {
  count: ProtoAggregation.COUNT,
  sum: ProtoAggregation.SUM,
  max: ProtoAggregation.MAX,
  unique: ProtoAggregation.UNIQUE,
};

/** What is counted. */
export function meterDoor(app: Metering): Door {
  const implementation: Partial<MeterServiceServer> = {
    getMeter: unary(async ({ meterId }, caller) => {
      const meter = app.getMeter(requireAccount(caller), meterId);
      return GetMeterResponse.fromPartial({ meter: toProtoMeter(meter) });
    }),
    listMeters: unary(async (_, caller) => {
      const meters = app.listMeters(requireAccount(caller)).map(toProtoMeter);
      return ListMetersResponse.fromPartial({ meters });
    }),
  };
  return { service: MeterServiceService, implementation, permissions: meterPermissions };
}

function toProtoMeter({ meterId, name, aggregation, createTime }: Meter) {
  const words = { meterId, name, aggregation: AGGREGATIONS[aggregation] };
  return createTime === undefined ? words : { ...words, createTime };
}
