import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { AccountCreated } from "@tollbook/contracts/auth/v1/events";
import { needs } from "@tollbook/testing";
import { trimInbox } from "../src/inbox/inbox.ts";
import { trimOutbox } from "../src/outbox/trim-outbox.ts";
import { newAccount, told, worldFor } from "./world.ts";

const needed = needs("postgres");
const world = worldFor(needed);

const rowsOf = (account: string) =>
  world().auth.inAccount(account, (tx) =>
    tx.sql<{ number: string; payload: Uint8Array }>(
      "select number, payload from outbox order by number",
    ),
  );

const notes = async (account: string) =>
  (await rowsOf(account)).map((row) => AccountCreated.decode(row.payload).ownerEmails[0]);

describe("the numbers of an account's events", needed, () => {
  it("have no gaps, whatever commits, rolls back or runs at the same time", async () => {
    const account = newAccount();
    const commits = Array.from({ length: 20 }, (_, index) =>
      world().tell(account, `a${index}`, "b"),
    );
    const rollbacks = Array.from({ length: 10 }, () =>
      world().auth.inAccount(account, async (tx) => {
        tx.announce(told(account, "never"));
        await tx.sql("select 1");
        throw new Error("on purpose");
      }),
    );
    await Promise.allSettled([...commits, ...rollbacks]);
    const numbers = (await rowsOf(account)).map((row) => BigInt(row.number));
    assert.deepEqual(
      numbers,
      Array.from({ length: 40 }, (_, index) => BigInt(index + 1)),
    );
  });

  it("follow the order of the commits, not of the beginnings", async () => {
    const account = newAccount();
    const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begun } = Promise.withResolvers<void>();
    const first = world().auth.inAccount(account, async (tx) => {
      tx.announce(told(account, "began first"));
      await tx.sql("select pg_current_xact_id()");
      begun();
      await mayEnd;
    });
    await hasBegun;
    const second = told(account, "committed first");
    await world().auth.inAccount(account, async (tx) => tx.announce(second));
    letEnd();
    await first;
    assert.deepEqual(await notes(account), ["committed first", "began first"]);
  });

  it("are kept for each account of a worker's transaction", async () => {
    const [one, other] = [newAccount(), newAccount()];
    await world().tell(other, "o1");
    await world().auth.asWorker(async (tx) => {
      for (const event of [told(other, "o2"), told(one, "a1"), told(other, "o3")]) {
        tx.announce(event);
      }
    });
    assert.deepEqual(await notes(one), ["a1"]);
    assert.deepEqual(await notes(other), ["o1", "o2", "o3"]);
    assert.deepEqual(
      (await rowsOf(other)).map((row) => row.number),
      ["1", "2", "3"],
    );
  });
});

describe("the outbox", needed, () => {
  it("shows an account its own events only, and takes none in another's name", async () => {
    const [mine, others] = [newAccount(), newAccount()];
    await world().tell(mine, "mine");
    assert.deepEqual(await rowsOf(others), []);
    const forged = world().auth.inAccount(others, async (tx) => tx.announce(told(mine, "forged")));
    await assert.rejects(forged, /row-level security/);
    assert.deepEqual(await notes(mine), ["mine"]);
  });

  it("refuses a payload past the bound, and with it the transaction", async () => {
    const account = newAccount();
    await assert.rejects(world().tell(account, "x".repeat(300_000)), /payload of 300/);
    assert.deepEqual(await rowsOf(account), []);
  });

  it("refuses what consumers would not take: a foreign type, an id of another kind", async () => {
    const account = newAccount();
    const tell = (change: object) =>
      world().auth.inAccount(account, async (tx) =>
        tx.announce({ ...told(account, "foreign"), ...change }),
      );
    await assert.rejects(tell({ type: "acme.v1.Thing" }), /not the full name of an event/);
    await assert.rejects(tell({ eventId: randomUUID() }), /no UUIDv7/);
    assert.deepEqual(await rowsOf(account), []);
  });
});

describe("trimming", needed, () => {
  it("keeps events 35 days and ids 40, and no longer", async () => {
    const account = newAccount();
    await world().tell(account, "old", "young");
    await world().auth.asWorker((tx) =>
      tx.sql(
        `update outbox set written_time = now() - make_interval(days => 34 + (2 - number)::integer)
          - interval '1 hour' where account_id = $1::uuid`,
        [account],
      ),
    );
    await trimOutbox(world().auth);
    assert.deepEqual(await notes(account), ["young"]);

    const heard = (days: number) =>
      world().metering.inAccount(account, (tx) =>
        tx.sql(
          `insert into inbox (account_id, consumer, event_id, heard_time)
          values ($1::uuid, 'metering', $2::uuid, now() - make_interval(days => $3::integer))`,
          [account, newAccount(), days],
        ),
      );
    await heard(39);
    await heard(41);
    await trimInbox(world().metering);
    const kept = await world().metering.inAccount(account, (tx) => tx.sql("select 1 from inbox"));
    assert.equal(kept.length, 1);
  });
});
