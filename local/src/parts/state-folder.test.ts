import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stateFolderOf } from "./state-folder.ts";

describe("the state folder", () => {
  it("lies in the checkout of an ordinary user, however private the home is", () => {
    assert.equal(stateFolderOf("/home/asha/tollbook", false), "/home/asha/tollbook/.tollbook");
  });

  it("lies where other accounts may pass when root starts the platform", () => {
    assert.match(stateFolderOf("/root/tollbook", true), /^\/var\/lib\/tollbook\/[0-9a-f]{16}$/);
  });

  it("is another one for another checkout", () => {
    assert.notEqual(stateFolderOf("/root/a", true), stateFolderOf("/root/b", true));
  });
});
