import assert from "node:assert/strict";
import { describe, it } from "node:test";
import pg from "pg";
import { TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();

/** An account with a row in nearly every table. */
async function busyAccount() {
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, 10n);
  account.entitle(customer, { limits: [limit] });
  const gate = new TestGate(account);
  await gate.ask(customer, 5);
  gate.admit(customer);
  await gate.record();
  await account.record([account.cell(customer, 20n)]);
  return { account, customer, limit, gate };
}

async function asApp<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: metering.serviceDatabase.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const tablesText = `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and a.attname = 'account_id' order by 1`;

describe("account B", () => {
  it("sees nothing of account A with raw SQL, and neither does nobody", async () => {
    const { account } = await busyAccount();
    const { account: other } = await busyAccount();
    const tables = (await metering.look<{ name: string }>(tablesText)).map(({ name }) => name);
    assert.ok(tables.length >= 18);
    await asApp(async (client) => {
      for (const table of tables) {
        const count = async () => {
          const text = `select count(*)::int as rows from ${table} where account_id = $1`;
          return (await client.query<{ rows: number }>(text, [account.accountId])).rows[0]?.rows;
        };
        await client.query("select set_config('app.account_id', '', false)");
        assert.equal(await count(), 0, `${table}, nobody`);
        await client.query("select set_config('app.account_id', $1, false)", [other.accountId]);
        assert.equal(await count(), 0, `${table}, account B`);
      }
      await client.query("select set_config('app.account_id', $1, false)", [account.accountId]);
      const { rows } = await client.query("select 1 from rollup");
      assert.ok(rows.length > 0, "account A sees its own");
    });
  });

  it("cannot come past the policies through a partition", async () => {
    const text = "select relname as name from pg_class where relispartition and relkind = 'r'";
    const partitions = await metering.look<{ name: string }>(text);
    assert.ok(partitions.length > 10);
    await asApp(async (client) => {
      for (const { name } of partitions) {
        await assert.rejects(client.query(`select 1 from ${name}`), /permission denied/);
      }
    });
  });

  it("cannot write a row of account A", async () => {
    const { account, customer } = await busyAccount();
    await asApp(async (client) => {
      await client.query("select set_config('app.account_id', $1, false)", [
        new TestAccount(metering).accountId,
      ]);
      const insert = "insert into customer (account_id, customer_id) values ($1, $2)";
      const write = client.query(insert, [account.accountId, customer.customerId]);
      await assert.rejects(write, /row-level security/);
    });
  });

  it("knows no key, limit, seal or usage of account A through any verb", async () => {
    const { account, customer, limit, gate } = await busyAccount();
    const b = new TestAccount(metering);
    assert.equal((await b.acquire(gate.gateId, customer, 5)).grants[0]?.unknown, true);
    assert.deepEqual((await b.record([b.event(customer)])).rejectedByReason, { KEY_UNKNOWN: 1 });
    await assert.rejects(b.quota(customer, limit), {
      kind: "not-found",
      reason: "LIMIT_NOT_FOUND",
    });
    const { app } = metering;
    const page = { customerId: customer.customerId, pageSize: 0, pageToken: "" };
    assert.deepEqual((await app.listQuotas(b.accountId, page)).quotas, []);
    await assert.rejects(app.getMeter(b.accountId, account.accountId), {
      reason: "METER_NOT_FOUND",
    });
    const returns = gate.counterIds.map((counterId) => {
      return { counterId, returnedTotal: 5n, final: true };
    });
    await app.releaseLeases(b.accountId, gate.gateId, returns);
    assert.equal((await account.quota(customer, limit)).leased, 4n);
    const { start, end } = account.month();
    const filter = { customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] };
    const question = {
      ...{ startTime: start, endTime: end, granularity: undefined, timeZone: "", groupBy: [] },
      ...{
        filter: { ...filter, test: false },
        top: 0,
        latency: false,
        meterId: "",
        pageSize: 0,
        pageToken: "",
      },
    };
    assert.equal((await app.queryUsage(b.accountId, question)).total.calls, 0n);
  });
});

describe("the limits of a customer", () => {
  it("are listed in pages, with their counters", async () => {
    const account = new TestAccount(metering);
    const customers = [account.customer(), account.customer(), account.customer()];
    for (const customer of customers) {
      const limits = [account.limit(customer, 10n), account.limit(customer, 5n, { window: "day" })];
      account.entitle(customer, { limits });
      await new TestGate(account).ask(customer, 0);
      await account.record([account.cell(customer, 3n)]);
    }
    const seen = [];
    let pageToken = "";
    do {
      const request = { customerId: "", pageSize: 4, pageToken };
      const page = await metering.app.listQuotas(account.accountId, request);
      seen.push(...page.quotas);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    assert.equal(new Set(seen.map(({ limit }) => limit.limitId)).size, 6);
    assert.deepEqual([...new Set(seen.map((quota) => "span" in quota && quota.consumed))], [3n]);
    const [first] = customers;
    const own = { customerId: first?.customerId ?? "", pageSize: 0, pageToken: "" };
    assert.equal((await metering.app.listQuotas(account.accountId, own)).quotas.length, 2);
  });
});
