import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AlertRuleServiceClient } from "@tollbook/contracts/notifier/v1";
import { newId } from "@tollbook/domain";
import { eventually, needs } from "@tollbook/testing";
import pg from "pg";
import { crossings, newStory, type Story } from "./news.ts";
import { type RunningNotifier, startWorld, type World } from "./world.ts";

const all = { pageSize: 0, pageToken: "", customerId: "" };

describe("deliveries", needs("postgres"), () => {
  let world: World;
  let notifier: RunningNotifier;
  const [mine, theirs] = [newStory(), newStory()];
  before(async () => {
    world = await startWorld();
    notifier = await world.startNotifier();
    for (const story of [mine, theirs]) await told(story);
  });
  after(() => world.close());

  const told = async (story: Story) => {
    const events = [story.accountCreated, story.customerCreated, ...crossings(story, 3)];
    for (const event of events) await world.producers.tell(event);
    await eventually(async () => {
      const { deliveries } = await notifier.as(story.accountId).listDeliveries(all);
      assert.equal(deliveries.length, 3);
    });
  };

  it("are listed for their own account only, newest first", async () => {
    const { deliveries } = await notifier.as(mine.accountId).listDeliveries(all);
    assert.deepEqual(
      deliveries.map(({ recipient }) => recipient),
      [mine.owner, mine.owner, mine.owner],
    );
    const ids = deliveries.map(({ deliveryId }) => deliveryId);
    assert.deepEqual(ids, ids.toSorted().reverse());
  });

  it("come in pages", async () => {
    const deliveries = notifier.as(mine.accountId);
    const first = await deliveries.listDeliveries({ ...all, pageSize: 2 });
    const pageToken = first.nextPageToken;
    const second = await deliveries.listDeliveries({ ...all, pageSize: 2, pageToken });
    const ids = [...first.deliveries, ...second.deliveries].map(({ deliveryId }) => deliveryId);
    assert.equal(new Set(ids).size, 3);
    assert.equal(second.nextPageToken, "");
    const other = { ...all, pageToken, customerId: mine.customerId };
    await assert.rejects(deliveries.listDeliveries(other), { reason: "PAGE_TOKEN_MALFORMED" });
  });

  it("can be narrowed to a customer", async () => {
    const deliveries = notifier.as(mine.accountId);
    const found = async (customerId: string) =>
      (await deliveries.listDeliveries({ ...all, customerId })).deliveries.length;
    assert.deepEqual([await found(mine.customerId), await found(newId())], [3, 0]);
    await assert.rejects(found("no id"), { kind: "invalid" });
  });

  it("of another account are not there, to read or to send", async () => {
    const { deliveries } = await notifier.as(theirs.accountId).listDeliveries(all);
    const deliveryId = deliveries[0]?.deliveryId ?? "";
    const me = notifier.as(mine.accountId);
    const notFound = { kind: "not-found", reason: "DELIVERY_NOT_FOUND" };
    await assert.rejects(me.getDelivery({ deliveryId }), notFound);
    await assert.rejects(me.resendDelivery({ deliveryId, requestId: "" }), notFound);
    const { delivery } = await notifier.as(theirs.accountId).getDelivery({ deliveryId });
    assert.equal(delivery?.recipient, theirs.owner);
  });

  it("are not shown to raw SQL that names no account", async () => {
    const app = new pg.Client({ connectionString: world.database.url });
    await app.connect();
    for (const table of ["delivery", "account_reference", "customer_reference"]) {
      assert.equal((await app.query(`select * from ${table}`)).rowCount, 0, table);
    }
    await app.query("select set_config('app.account_id', $1, false)", [mine.accountId]);
    assert.equal((await app.query("select * from delivery")).rowCount, 3);
    await app.end();
  });

  it("are resent once for one request id", async () => {
    const deliveries = notifier.as(mine.accountId);
    const [sent] = await eventually(async () => {
      const listed = await deliveries.listDeliveries(all);
      assert.ok(listed.deliveries.every(({ sentTime }) => sentTime));
      return listed.deliveries;
    });
    assert.ok(sent);
    const { deliveryId, messageId } = sent;
    const times = () => world.smtp.taken.filter((mail) => mail.messageId === messageId).length;
    const request = { deliveryId, requestId: newId() };
    const first = await deliveries.resendDelivery(request);
    await eventually(() => assert.equal(times(), 2));
    assert.deepEqual(await deliveries.resendDelivery(request), first);
    const other = { ...request, deliveryId: newId() };
    await assert.rejects(deliveries.resendDelivery(other), { reason: "REQUEST_ID_REUSED" });
    assert.equal(times(), 2);
  });

  it("may be read with account:read, and sent with account:write alone", async () => {
    const reader = notifier.as(mine.accountId, ["account:read"]);
    const { deliveries } = await reader.listDeliveries(all);
    const deliveryId = deliveries[0]?.deliveryId ?? "";
    const refused = { reason: "SCOPE_MISSING" };
    await assert.rejects(reader.resendDelivery({ deliveryId, requestId: "" }), refused);
    await assert.rejects(notifier.as(mine.accountId, []).listDeliveries(all), refused);
  });

  it("have rules that cannot be changed yet", async () => {
    const rules = notifier.client(AlertRuleServiceClient, mine.accountId);
    const asked = rules.listAlertRules({ pageSize: 0, pageToken: "" });
    await assert.rejects(asked, { kind: "unimplemented" });
  });
});
