import type { GetTimeRequest, TravelRequest } from "@tollbook/contracts/local/v1";
import { GetTimeResponse, TimeServiceService, TravelResponse } from "@tollbook/contracts/local/v1";
import { DomainError, type TravellingClock } from "@tollbook/domain";
import type { Door } from "../calls/door.ts";
import { unary } from "../calls/door.ts";

/**
 * Control of business time, for local mode and tests only: open to everybody who reaches the
 * address, because there is nobody else there. `travel` is for a clock that others go by too.
 */
export function timeDoor(
  clock: TravellingClock,
  travel: (time: Date) => Promise<void> = async (time) => clock.travelTo(time),
): Door {
  return {
    service: TimeServiceService,
    implementation: {
      getTime: unary<GetTimeRequest, GetTimeResponse>(async () =>
        GetTimeResponse.fromPartial({ time: clock.now() }),
      ),
      travel: unary<TravelRequest, TravelResponse>(async ({ time }) => {
        if (time === undefined) throw noTime();
        await travel(time);
        return TravelResponse.fromPartial({ time: clock.now() });
      }),
    },
    permissions: { GetTime: { public: true }, Travel: { public: true } },
  };
}

function noTime(): DomainError {
  const description = "Name the instant to travel to.";
  const violations = [{ field: "time", reason: "TIME_MISSING", description }];
  return new DomainError("invalid", "TIME_MISSING", description, {}, { violations });
}
