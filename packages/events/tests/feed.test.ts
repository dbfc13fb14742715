import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccountChanged, AccountCreated } from "@tollbook/contracts/auth/v1/events";
import type { Cursor, ListEventsResponse } from "@tollbook/contracts/events/v1";
import { DomainError } from "@tollbook/domain";
import { heardByAll, needs } from "@tollbook/testing";
import { newAccount, told, toldOfChange, worldFor } from "./world.ts";

const needed = needs("postgres");
const world = worldFor(needed);

const list = (after?: Cursor, types: string[] = [], pageSize = 500) =>
  world().feed.listEvents({ producer: "auth", after, types, pageSize });

/** Where the feed ends now; what is told from here on comes after it. */
const endOfFeed = async (): Promise<Cursor> => {
  let page = await list();
  while (!page.caughtUp) page = await list(page.next);
  return page.next as Cursor;
};

const notesOf = (page: ListEventsResponse) =>
  page.events.map((event) => AccountCreated.decode(event.payload).ownerEmails[0]);

describe("the feed", needed, () => {
  it("does not skip what a slow transaction with an older id commits later", async () => {
    const start = await endOfFeed();
    const [slow, quick] = [newAccount(), newAccount()];
    const { promise: mayCommit, resolve: letCommit } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begun } = Promise.withResolvers<void>();
    const slowCommit = world().auth.inAccount(slow, async (tx) => {
      await tx.sql("select pg_current_xact_id()"); // takes the older id
      begun();
      await mayCommit;
      tx.announce(told(slow, "slow"));
    });
    await hasBegun;
    await world().auth.inAccount(quick, async (tx) => tx.announce(told(quick, "quick")));

    const meanwhile = await list(start);
    assert.deepEqual(notesOf(meanwhile), [], "quick waits until slow has ended");
    assert.equal(meanwhile.caughtUp, true);
    letCommit();
    await slowCommit;
    await heardByAll(world().auth, quick, async () => {});
    const later = await list(meanwhile.next);
    assert.deepEqual(notesOf(later), ["slow", "quick"]);
    assert.deepEqual(notesOf(await list(later.next)), []);
  });
});

describe("a page of the feed", needed, () => {
  it("joins the next without gap or overlap, across accounts", async () => {
    let after = await endOfFeed();
    const notes = Array.from({ length: 7 }, (_, index) => `note ${index}`);
    for (const note of notes) await world().tell(newAccount(), note);
    const read: (string | undefined)[] = [];
    for (let caughtUp = false; !caughtUp; ) {
      const page = await list(after, [], 3);
      read.push(...notesOf(page));
      ({ caughtUp } = page);
      after = page.next as Cursor;
    }
    assert.deepEqual(read, notes);
  });

  it("holds the types asked for, and moves on over the others", async () => {
    const start = await endOfFeed();
    const account = newAccount();
    await heardByAll(world().auth, account, async (tx) => {
      tx.announce(told(account, "created"));
      tx.announce(toldOfChange(account, "changed"));
    });
    const page = await list(start, [AccountChanged.$type]);
    assert.deepEqual(notesOf(page), ["changed"]);
    const none = await list(start, ["tollbook.auth.v1.KeyChanged"]);
    assert.deepEqual(none.events, []);
    assert.deepEqual(notesOf(await list(none.next)), []);
  });

  it("holds every field of an event", async () => {
    const start = await endOfFeed();
    const account = newAccount();
    const event = told(account, "whole");
    await heardByAll(world().auth, account, async (tx) => tx.announce(event));
    const [heard] = (await list(start)).events;
    assert.equal(heard?.eventId, event.eventId);
    assert.equal(heard?.type, "tollbook.auth.v1.AccountCreated");
    assert.equal(heard?.accountId, account);
    assert.equal(heard?.number, 1n);
    assert.ok(Math.abs(Date.now() - (heard?.occurredTime?.getTime() ?? 0)) < 60_000);
    assert.equal(heard?.traceparent, "");
    assert.deepEqual(Buffer.from(heard?.payload ?? []), Buffer.from(event.payload));
  });

  it("is refused for a producer not served here or a cursor not given here", async () => {
    const request = { after: undefined, types: [], pageSize: 1 };
    const reason = (wanted: string) => (error: unknown) =>
      error instanceof DomainError && error.reason === wanted;
    const unknown = world().feed.listEvents({ ...request, producer: "billing" });
    await assert.rejects(unknown, reason("EVENT_PRODUCER_UNKNOWN"));
    const cursor = { ...(await endOfFeed()), accountId: "nobody" };
    await assert.rejects(list(cursor), reason("EVENT_CURSOR_MALFORMED"));
    const types = Array.from({ length: 101 }, (_, index) => `tollbook.auth.v1.T${index}`);
    await assert.rejects(list(undefined, types), reason("TOO_MANY_EVENT_TYPES"));
  });
});

describe("a cursor that means nothing any more", needed, () => {
  const startsAnew = async (cursor: Cursor) => {
    const page = await list(cursor, [], 1);
    assert.equal(page.resyncRequired, true);
    assert.deepEqual(page.events, (await list(undefined, [], 1)).events);
  };

  it("starts anew if it is of another life of the database", async () => {
    await world().tell(newAccount(), "something");
    await startsAnew({ ...(await endOfFeed()), epoch: "another" });
  });

  it("starts anew if it is ahead of the database, which was set back then", async () => {
    const end = await endOfFeed();
    await startsAnew({ ...end, transactionId: end.transactionId + 1_000_000n });
  });

  it("starts anew if rows after it have been trimmed", async () => {
    const end = await endOfFeed();
    await world().auth.asWorker((tx) =>
      tx.sql("update outbox_epoch set trimmed_xid = $1::text::xid8", [`${end.transactionId}`]),
    );
    await startsAnew({ ...end, transactionId: end.transactionId - 1n });
    assert.equal((await list(end)).resyncRequired, false);
  });

  it("starts anew after a restore, whose rows are given out although their ids lie ahead", async () => {
    const before = await endOfFeed();
    const account = newAccount();
    await world().tell(account, "came with the dump");
    await world().auth.asWorker(async (tx) => {
      await tx.sql("update outbox set xid = '999999999999' where account_id = $1::uuid", [account]);
      await tx.sql("update outbox_epoch set cluster = 'the old one'");
    });
    const page = await list(before);
    assert.equal(page.resyncRequired, true);
    assert.ok(notesOf(page).includes("came with the dump"));
    assert.notEqual(page.next?.epoch, before.epoch);
  });
});
