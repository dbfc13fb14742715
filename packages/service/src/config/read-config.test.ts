import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { settingsOrExit } from "./command-line.ts";
import { ConfigError } from "./config-error.ts";
import { describeConfig } from "./describe-config.ts";
import { readConfig } from "./read-config.ts";
import { setting } from "./setting.ts";

const spec = {
  database: setting.url({
    env: "TOLLBOOK_DATABASE_URL",
    protocols: ["postgres:"],
    meaning: "The service's database.",
  }),
  pepper: setting.secret({ env: "TOLLBOOK_PEPPER", meaning: "Guards the stored keys." }),
  poolSize: setting.integer({
    env: "TOLLBOOK_POOL",
    default: 10,
    min: 1,
    max: 100,
    meaning: "Connections.",
  }),
  wait: setting.duration({
    env: "TOLLBOOK_WAIT",
    default: "30s",
    max: "5m",
    meaning: "How long to wait.",
  }),
  level: setting.choice({
    env: "TOLLBOOK_LEVEL",
    of: ["low", "high"],
    default: "low",
    meaning: "How much.",
  }),
  shout: setting.flag({ env: "TOLLBOOK_SHOUT", default: false, meaning: "Whether to shout." }),
  peers: setting.list({ env: "TOLLBOOK_PEERS", default: [], meaning: "Whom to ask." }),
  port: setting.port({ env: "TOLLBOOK_PORT", default: 80, meaning: "Where." }),
  nickname: setting.text({ env: "TOLLBOOK_NICKNAME", optional: true, meaning: "If any." }),
  lock: setting.json<{ kid: string }>({
    env: "TOLLBOOK_LOCK",
    optional: true,
    meaning: "A key, as JSON.",
  }),
};
const enough = { TOLLBOOK_DATABASE_URL: "postgres://localhost/x", TOLLBOOK_PEPPER: "salt" };

function faultsOf(env: Record<string, string>): Record<string, string> {
  try {
    readConfig(spec, env);
    return {};
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return Object.fromEntries(error.faults.map(({ env: name, problem }) => [name, problem]));
  }
}

describe("the settings of a process", () => {
  it("have their defaults, in the units code uses", () => {
    assert.deepEqual(readConfig(spec, enough), {
      database: "postgres://localhost/x",
      pepper: "salt",
      poolSize: 10,
      wait: 30_000,
      level: "low",
      shout: false,
      peers: [],
      port: 80,
      nickname: undefined,
      lock: undefined,
    });
  });

  it("are read as what they are", () => {
    const config = readConfig(spec, {
      ...enough,
      TOLLBOOK_POOL: "5",
      TOLLBOOK_WAIT: "250ms",
      TOLLBOOK_LEVEL: "high",
      TOLLBOOK_SHOUT: "true",
      TOLLBOOK_PEERS: "a, b,",
      TOLLBOOK_LOCK: '{"kid":"auth/1"}',
    });
    const { poolSize, wait, level, shout, peers, lock } = config;
    assert.deepEqual(
      { poolSize, wait, level, shout, peers, kid: lock?.kid },
      { poolSize: 5, wait: 250, level: "high", shout: true, peers: ["a", "b"], kid: "auth/1" },
    );
  });

  it("are all complained of at once, each with what is wrong", () => {
    const faults = faultsOf({
      TOLLBOOK_DATABASE_URL: "mysql://localhost",
      TOLLBOOK_POOL: "1000",
      TOLLBOOK_WAIT: "soon",
      TOLLBOOK_LEVEL: "middle",
      TOLLBOOK_SHOUT: "yes",
      TOLLBOOK_PORT: "65536",
      TOLLBOOK_LOCK: "my secret",
    });
    assert.deepEqual(faults, {
      TOLLBOOK_DATABASE_URL: "begins with mysql: instead of postgres:",
      TOLLBOOK_PEPPER: "is not set",
      TOLLBOOK_POOL: "is more than 100",
      TOLLBOOK_WAIT: "is not a length of time such as 250ms, 30s, 5m or 24h",
      TOLLBOOK_LEVEL: "is none of low, high",
      TOLLBOOK_SHOUT: "is neither true nor false",
      TOLLBOOK_PORT: "is more than 65535",
      TOLLBOOK_LOCK: "is not JSON",
    });
  });

  it("come with what to do about each fault", () => {
    assert.throws(() => readConfig(spec, {}), {
      message: [
        "2 settings are wrong:",
        "  TOLLBOOK_DATABASE_URL is not set.",
        "    Set it to: a URL with postgres:. It is: The service's database.",
        "  TOLLBOOK_PEPPER is not set.",
        "    Set it to: any text; or TOLLBOOK_PEPPER_FILE, a file that holds it. " +
          "It is: Guards the stored keys.",
      ].join("\n"),
    });
  });

  it("take a secret from a file, without the line end, but not from two places", () => {
    const file = join(mkdtempSync(join(tmpdir(), "tollbook-")), "pepper");
    writeFileSync(file, "from a file\n");
    const env = { TOLLBOOK_DATABASE_URL: "postgres://x/y", TOLLBOOK_PEPPER_FILE: file };
    assert.equal(readConfig(spec, env).pepper, "from a file");
    assert.match(faultsOf({ ...env, TOLLBOOK_PEPPER: "x" }).TOLLBOOK_PEPPER ?? "", /only one/);
    const missing = faultsOf({ ...env, TOLLBOOK_PEPPER_FILE: `${file}.gone` });
    assert.match(missing.TOLLBOOK_PEPPER ?? "", /cannot be read from its file: ENOENT/);
  });

  it("explain themselves for --help", () => {
    const text = describeConfig({ wait: spec.wait, pepper: spec.pepper });
    const lines = [
      "TOLLBOOK_WAIT",
      "    How long to wait.",
      "    duration: like 250ms, 30s, 5m, 24h; at most 5m; default 30s",
      "",
      "TOLLBOOK_PEPPER",
      "    Guards the stored keys.",
      "    secret: any text; or TOLLBOOK_PEPPER_FILE, a file that holds it; required",
    ];
    assert.equal(text, lines.join("\n"));
  });
});

describe("a program's arguments", () => {
  const run = (argv: string[], env: Record<string, string>) => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const outcome = settingsOrExit(spec, { name: "tollbook test", argv, env, write });
    return { outcome, text: lines.join("\n") };
  };

  it("--help explains every setting and ends well, whatever is set", () => {
    const { outcome, text } = run(["--help"], {});
    assert.deepEqual(outcome, { exitCode: 0 });
    for (const { env } of Object.values(spec)) assert.ok(text.includes(env));
  });

  it("--check-config says whether the process could start", () => {
    assert.deepEqual(run(["--check-config"], enough).outcome, { exitCode: 0 });
    const { outcome, text } = run(["--check-config"], {});
    assert.deepEqual(outcome, { exitCode: 1 });
    assert.match(text, /2 settings are wrong/);
  });

  it("start the process when the settings are good, and only then", () => {
    assert.ok("config" in run([], enough).outcome);
    assert.deepEqual(run([], {}).outcome, { exitCode: 1 });
  });
});
