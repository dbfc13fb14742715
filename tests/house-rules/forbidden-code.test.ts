import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkForbiddenCode } from "./forbidden-code.ts";
import { noComplaints } from "./no-complaints.ts";
import { parseSource, readSources } from "./source.ts";

const complaints = (path: string, text: string) => checkForbiddenCode([parseSource(path, text)]);
const refused = (path: string, text: string) =>
  assert.equal(complaints(path, text).length, 1, text);
const passes = (path: string, text: string) => assert.deepEqual(complaints(path, text), [], text);

describe("code", () => {
  it("stands where it may", () => noComplaints(checkForbiddenCode(readSources())));
});

describe("the rule of the environment", () => {
  it("refuses every way of reading it outside a config.ts", () => {
    const main = "services/auth/src/main.ts";
    refused(main, "const url = process.env.URL;");
    refused(main, 'const url = process["env"].URL;');
    refused(main, "const url = globalThis.process.env.URL;");
    refused(main, "const { env } = process;");
    refused(main, 'import { env } from "node:process";');
    refused("services/auth/src/main.test.ts", "process.env.URL = '';");
  });

  it("lets a config.ts read it, and others speak of it", () => {
    passes("services/auth/src/config.ts", "export const url = process.env.URL;");
    passes("services/auth/src/main.ts", "// process.env\nconst text = 'process.env';");
  });
});

describe("the rule of numbers under domain/", () => {
  it("refuses to make a number", () => {
    const rule = "services/billing/src/domain/price.ts";
    refused(rule, "const a = Number(text);");
    refused(rule, "const a = parseFloat(text);");
    refused(rule, "const a = Number.parseFloat(text);");
    refused(rule, "const a = +text;");
  });

  it("takes what only looks like it, and other folders", () => {
    passes("services/billing/src/domain/price.ts", "invoiceNumber(1); Number.isInteger(2); a + b;");
    passes("services/billing/src/grpc/convert.ts", "const a = Number(text);");
  });
});

describe("the rule of division", () => {
  it("refuses .div( outside its one file", () => {
    refused("services/billing/src/domain/price.ts", "const a = amount.div(3);");
    passes("packages/domain/src/decimal.ts", "const a = amount.div(3);");
  });
});
