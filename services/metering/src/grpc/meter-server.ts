import {
  ArchiveMeterRequest,
  ArchiveMeterResponse,
  CreateMeterRequest,
  CreateMeterResponse,
  GetMeterResponse,
  ListMetersResponse,
  type MeterServiceServer,
  MeterServiceService,
  UpdateMeterRequest,
  UpdateMeterResponse,
} from "@tollbook/contracts/metering/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import { meterPermissions } from "./permissions.ts";
import { fromProtoChange, fromProtoMeter, toProtoMeter } from "./proto-meter.ts";

const creating = {
  rpc: "CreateMeter",
  requestCodec: CreateMeterRequest,
  responseCodec: CreateMeterResponse,
};
const updating = {
  rpc: "UpdateMeter",
  requestCodec: UpdateMeterRequest,
  responseCodec: UpdateMeterResponse,
};
const archiving = {
  rpc: "ArchiveMeter",
  requestCodec: ArchiveMeterRequest,
  responseCodec: ArchiveMeterResponse,
};

/** What is counted. */
export function meterDoor(app: Metering): Door {
  const implementation: MeterServiceServer = {
    createMeter: unary((request, caller) => {
      const accountId = requireAccount(caller);
      const input = fromProtoMeter(request.meter);
      return app.once(accountId, { ...creating, request }, async (store) => {
        const meter = toProtoMeter(await app.createMeter(store, input), accountId);
        return CreateMeterResponse.fromPartial({ meter });
      });
    }),
    updateMeter: unary((request, caller) => {
      const accountId = requireAccount(caller);
      const change = fromProtoChange(request, accountId);
      const meterId = parseId(request.meter?.meterId ?? "", "meter.meter_id");
      return app.once(accountId, { ...updating, request }, async (store) => {
        const meter = toProtoMeter(await app.updateMeter(store, meterId, change), accountId);
        return UpdateMeterResponse.fromPartial({ meter });
      });
    }),
    archiveMeter: unary((request, caller) => {
      const accountId = requireAccount(caller);
      const meterId = parseId(request.meterId, "meter_id");
      return app.once(accountId, { ...archiving, request }, async (store) => {
        const meter = toProtoMeter(await app.archiveMeter(store, meterId), accountId);
        return ArchiveMeterResponse.fromPartial({ meter });
      });
    }),
    getMeter: unary(async ({ meterId }, caller) => {
      const accountId = requireAccount(caller);
      const meter = toProtoMeter(await app.getMeter(accountId, meterId), accountId);
      return GetMeterResponse.fromPartial({ meter });
    }),
    listMeters: unary(async (request, caller) => {
      const accountId = requireAccount(caller);
      const { meters, nextPageToken } = await app.listMeters(accountId, request);
      const words = meters.map((meter) => toProtoMeter(meter, accountId));
      return ListMetersResponse.fromPartial({ meters: words, nextPageToken });
    }),
  };
  return { service: MeterServiceService, implementation, permissions: meterPermissions };
}
