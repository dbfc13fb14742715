import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError } from "@tollbook/domain";
import { createClient, Registry } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { EchoClient, echoDoor } from "./echo-service.ts";
import { quiet, startHost } from "./start-host.ts";

const down = () => new DomainError("unavailable", "DOWN", "Down.");
const notFound = () => new DomainError("not-found", "NOT_THERE", "Not there.");

/** The reasons of `count` calls one after the other; "ok" for an answer. */
async function reasons(call: () => Promise<unknown>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const reason = (error: unknown) =>
      error instanceof DomainError ? error.reason : String(error);
    seen.push(await call().then(() => "ok", reason));
  }
  return seen;
}

describe("a breaker", () => {
  const setUp = async (say: () => Promise<{ text: string }>) => {
    const { address, close } = await startHost(echoDoor({ say }));
    const metrics = new Registry();
    const breaker = { openForMs: 200 };
    const options = { address, deadlineMs: 2_000, breaker, logger: quiet, metrics };
    const client = createClient(EchoClient, options);
    const end = async () => {
      client.close();
      await close();
    };
    return { call: () => client.say({ text: "" }), metrics, end };
  };

  it("stays closed for fewer than twenty failures", async () => {
    const { call, end } = await setUp(() => Promise.reject(new Error("broken")));
    assert.deepEqual(new Set(await reasons(call, 19)), new Set(["INTERNAL"]));
    await end();
  });

  it("opens when most calls fail, says so, and closes by itself", async () => {
    let healthy = false;
    const { call, metrics, end } = await setUp(async () => {
      if (!healthy) throw new Error("broken");
      return { text: "" };
    });
    const seen = await reasons(call, 25);
    assert.equal(seen.at(-1), "DEPENDENCY_UNAVAILABLE");
    assert.match(await metrics.metrics(), /tollbook_breaker_open\{service=".*EchoService"\} 1/);
    healthy = true;
    await eventually(async () => assert.deepEqual(await reasons(call, 1), ["ok"]));
    assert.match(await metrics.metrics(), /tollbook_breaker_open\{service=".*EchoService"\} 0/);
    await end();
  });

  it("never opens for answers that are the caller's affair", async () => {
    const { call, end } = await setUp(() => Promise.reject(notFound()));
    assert.deepEqual(new Set(await reasons(call, 60)), new Set(["NOT_THERE"]));
    await end();
  });
});

describe("a client", () => {
  it("tries again what is UNAVAILABLE for a moment, and nothing else", async () => {
    let calls = 0;
    const answers = [down, notFound];
    const door = echoDoor({
      say: async ({ text }) => {
        const fail = answers[calls];
        calls += 1;
        if (fail) throw fail();
        return { text };
      },
    });
    const { client, close } = await startHost(door);
    await assert.rejects(client.say({ text: "" }), { reason: "NOT_THERE" });
    assert.equal(calls, 2);
    assert.deepEqual(await client.say({ text: "now" }), { text: "now" });
    await close();
  });

  it("never waits longer than the caller of the call being served", async () => {
    const slow = await startHost(echoDoor({ say: () => new Promise(() => {}) }));
    let reason = "";
    const door = echoDoor({
      say: async ({ text }) => {
        await slow.client.say({ text }, { deadlineMs: 60_000 }).catch((error: DomainError) => {
          reason = error.reason;
        });
        return { text };
      },
    });
    const front = await startHost(door);
    await assert.rejects(front.client.say({ text: "" }, { deadlineMs: 150 }));
    await eventually(() => assert.equal(reason, "DEADLINE_EXCEEDED"));
    await Promise.all([slow.close(), front.close()]);
  });

  it("hands the trace on to whom it calls", async () => {
    const seen: unknown[] = [];
    const back = await startHost(
      echoDoor({
        say: async ({ text }, _caller, { metadata }) => {
          seen.push(metadata.get("traceparent")[0]?.toString().slice(3, 35));
          return { text };
        },
      }),
    );
    const front = await startHost(
      echoDoor({
        say: async ({ text }, _caller, { metadata }) => {
          seen.push(metadata.get("traceparent")[0]?.toString().slice(3, 35));
          return back.client.say({ text });
        },
      }),
    );
    const entry = await startHost(echoDoor({ say: ({ text }) => front.client.say({ text }) }));
    await entry.client.say({ text: "" });
    assert.equal(seen.length, 2);
    assert.match(String(seen[0]), /^[0-9a-f]{32}$/);
    assert.equal(seen[0], seen[1]);
    await Promise.all([back.close(), front.close(), entry.close()]);
  });

  it("cancels the call when its signal is aborted", async () => {
    const gone = Promise.withResolvers<void>();
    const door = echoDoor({
      say: (_request, _caller, { signal }) => {
        signal.addEventListener("abort", () => gone.resolve());
        return new Promise(() => {});
      },
    });
    const { client, close } = await startHost(door);
    const abort = new AbortController();
    const call = client.say({ text: "" }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(call, { reason: "CANCELLED" });
    await gone.promise;
    await close();
  });
});
