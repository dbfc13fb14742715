import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { everyHash, pepperedHash } from "./pepper.ts";

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const sha256 = createHash("sha256").update("tb_live_something").digest();
const hmac = (key: Buffer, data: Buffer) => createHmac("sha256", key).update(data).digest();

describe("what is stored of a credential", () => {
  it("is the HMAC of its SHA-256 under the pepper", () => {
    const { hash, pepperVersion } = pepperedHash(sha256, [first]);
    assert.deepEqual(hash, hmac(first, sha256));
    assert.equal(pepperVersion, 1);
  });

  it("is wrapped by a newer pepper, so that stored hashes can move on without the credential", () => {
    const stored = pepperedHash(sha256, [first]).hash;
    const { hash, pepperVersion } = pepperedHash(sha256, [first, second]);
    assert.deepEqual(hash, hmac(second, stored));
    assert.equal(pepperVersion, 2);
  });

  it("is looked for under every pepper while a rotation lasts", () => {
    const hashes = everyHash(sha256, [first, second]);
    assert.deepEqual(hashes, [
      pepperedHash(sha256, [first]).hash,
      pepperedHash(sha256, [first, second]).hash,
    ]);
  });
});
