import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneLine } from "./one-line.ts";

describe("text of other people's making, as one line", () => {
  const cases = [
    ["stays as it is", "ABC Pvt Ltd", "ABC Pvt Ltd"],
    ["keeps the joiners of Indic scripts", "क्‍ष लिमिटेड", "क्‍ष लिमिटेड"],
    ["starts no new header", "ABC\r\nBcc: all@c.example", "ABC Bcc: all@c.example"],
    ["has no line separator", "a\u2028b\u2029c\u0085d", "a b c d"],
    ["does not turn the order around", "abc\u202egpj.exe\u2066", "abc gpj.exe"],
    ["has no NUL or escape", "a\0b\x1b[31m", "a b [31m"],
    ["is trimmed", "  a \t b  ", "a b"],
    ["is well-formed", "a\ud800b", "a\ufffdb"],
  ] as const;
  for (const [promise, text, expected] of cases) {
    it(promise, () => assert.equal(oneLine(text), expected));
  }
  it("is cut at the length, by characters and not in the middle of one", () => {
    assert.equal(oneLine("😀😀😀😀", 3), "😀😀…");
  });
});
