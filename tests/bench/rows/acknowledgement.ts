import { sendBatches } from "../load/send-batches.ts";
import { promised, type Row } from "../row.ts";
import { openSenders } from "./ingest.ts";

const EVENTS = 500;
/** A p99 needs some hundred batches. */
const LONGER = 4;

/** How long a recorder waits for its receipt when metering does half of what it can. */
export const ackAtHalfLoad: Row = {
  name: "acknowledgement of 500 events at half load",
  unit: "ms at p99",
  limitName: "promised",
  goal: { atMost: 1 },
  async prepare(world, { seconds }) {
    const { senders, close } = await openSenders(world, { events: EVENTS, cells: 0 });
    const most = await sendBatches(world, senders, { seconds, weight: 1 });
    const everyMs = (senders.length / most.value) * 2 * 1_000;
    return {
      product: async () => {
        const load = { seconds: seconds * LONGER, weight: EVENTS, everyMs };
        const { value: rate, notes } = await sendBatches(world, senders, load);
        return { value: notes?.["ms p99"] ?? Number.NaN, notes: { ...notes, "events/s": rate } };
      },
      limit: promised(50),
      close: async () => close(),
    };
  },
};
