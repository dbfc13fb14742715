import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { memoryOf } from "../cpu.ts";
import { sendBatches } from "../load/send-batches.ts";
import { spreadOf } from "../measure.ts";
import { promised, type Row } from "../row.ts";
import { openSenders } from "./ingest.ts";

const MIB = 2 ** 20;
const EVENTS = 2_000;
const SEEN = 10_000_000;
/** Rows written in one statement, well within its time-out. */
const SEEN_AT_ONCE = 500_000;
const START_ROUNDS = 3;

/** Ids of ten million events lie in the dedupe table: its index no longer fits any cache. */
export const afterManyEvents: Row = {
  name: "single events after 10 million dedupe rows",
  unit: "events/s",
  limitName: "at start",
  goal: { atLeast: 0.7 },
  long: true,
  async prepare(world, { seconds }) {
    const { accounts, senders, close } = await openSenders(world, { events: EVENTS, cells: 0 });
    const ingest = () => sendBatches(world, senders, { seconds, weight: EVENTS });
    await ingest();
    const start: number[] = [];
    for (let round = 0; round < START_ROUNDS; round += 1) start.push((await ingest()).value);
    const superuser = new pg.Client(world.meteringUrl);
    await superuser.connect();
    for (let rows = 0; rows < SEEN; rows += SEEN_AT_ONCE) {
      const { accountId } = accounts[(rows / SEEN_AT_ONCE) % accounts.length] ?? {};
      await superuser.query(REMEMBER, [accountId, SEEN_AT_ONCE]);
    }
    await superuser.query("analyze seen_event");
    await superuser.end();
    return { product: ingest, limit: promised(spreadOf(start).median), close: async () => close() };
  },
};

/** As if they had come in the last three days. */
const REMEMBER = `insert into seen_event (account_id, event_id, gate_id, item_hash)
  select $1::uuid, uuidv7(-random() * interval '3 days'), null, n
  from generate_series(1, $2::bigint) as n`;

const SECONDS = 60;
const LOOK_EVERY_MS = 500;

/** The most memory metering has within a minute at full speed; five rounds are five minutes. */
export const memory: Row = {
  name: "memory of metering in a minute at full speed",
  unit: "MiB at most",
  limitName: "promised",
  goal: { atMost: 1 },
  long: true,
  async prepare(world) {
    const { senders, close } = await openSenders(world, { events: EVENTS, cells: 0 });
    return {
      product: async () => {
        const seen = [memoryOf(world.meteringPid)];
        const load = sendBatches(world, senders, { seconds: SECONDS, weight: EVENTS });
        let running = true;
        const ended = load.finally(() => {
          running = false;
        });
        while (running) {
          await setTimeout(LOOK_EVERY_MS);
          seen.push(memoryOf(world.meteringPid));
        }
        const { value: rate } = await ended;
        const { max, median } = spreadOf(seen.map((bytes) => bytes / MIB));
        return { value: max, notes: { "MiB in the middle": median, "events/s": rate } };
      },
      limit: promised(250),
      close: async () => close(),
    };
  },
};
