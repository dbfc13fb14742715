import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError, readConfig } from "@tollbook/service";
import { notifierSettings } from "./config.ts";

const good = {
  TOLLBOOK_NOTIFIER_DATABASE_URL: "postgres://notifier_app:x@127.0.0.1/tollbook_notifier",
  TOLLBOOK_NOTIFIER_WORKER_DATABASE_URL: "postgres://notifier_worker:x@127.0.0.1/tollbook_notifier",
  TOLLBOOK_NOTIFIER_SMTP_URL: "smtp://127.0.0.1:1025",
  TOLLBOOK_NOTIFIER_MAIL_FROM: "Tollbook <no-reply@tollbook.example>",
};

describe("the notifier's settings", () => {
  it("need a database, a mail server and a sender; the rest has defaults", () => {
    const config = readConfig(notifierSettings, good);
    assert.deepEqual(config.mailFrom, { name: "Tollbook", address: "no-reply@tollbook.example" });
    assert.equal(config.pullIntervalMs, 60_000);
  });

  it("are all complained of at once", () => {
    const faults = (env: Record<string, string>) => {
      try {
        readConfig(notifierSettings, env);
        return [];
      } catch (error) {
        assert.ok(error instanceof ConfigError);
        return error.faults.map((fault) => fault.env);
      }
    };
    assert.deepEqual(faults({}), Object.keys(good));
    const wrong = {
      TOLLBOOK_NOTIFIER_SMTP_URL: "http://mail.example",
      TOLLBOOK_NOTIFIER_MAIL_FROM: "nobody",
      TOLLBOOK_PULL_EVERY: "2d",
    };
    assert.deepEqual(faults({ ...good, ...wrong }), Object.keys(wrong));
  });
});
