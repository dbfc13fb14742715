import type { JSONWebKeySet } from "jose";
import { setStanding, updateCustomer } from "./change-customer.ts";
import { createCustomer } from "./create-customer.ts";
import { createRootKey } from "./create-root-key.ts";
import { describeKeys } from "./describe-keys.ts";
import { issueKeys } from "./issue-keys.ts";
import type { NewsBell, NewsReader } from "./key-news.ts";
import type { Needs } from "./needs.ts";
import { refreshSession } from "./refresh-session.ts";
import { resolveCredential } from "./resolve-credential.ts";
import { resolveKey } from "./resolve-key.ts";
import { revokeRootKey } from "./revoke-root-key.ts";
import { setKeyState } from "./set-key-state.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { signUp } from "./sign-up.ts";
import { watchKeys } from "./watch-keys.ts";

/** What auth can do: the table of contents of this folder. */
export const auth = (
  needs: Needs,
  news: { reader: NewsReader; bell: NewsBell; signingKeys: () => JSONWebKeySet },
) => ({
  ...needs,
  signUp: signUp(needs),
  signIn: signIn(needs),
  refreshSession: refreshSession(needs),
  signOut: signOut(needs),
  createRootKey: createRootKey(needs),
  revokeRootKey: revokeRootKey(needs),
  createCustomer: createCustomer(needs),
  updateCustomer: updateCustomer(needs),
  setStanding: setStanding(needs),
  issueKeys: issueKeys(needs),
  setKeyState: setKeyState(needs),
  resolveKey: resolveKey(needs),
  describeKeys: describeKeys(needs),
  resolveCredential: resolveCredential(needs),
  watchKeys: watchKeys(news.reader, news.bell),
  signingKeys: news.signingKeys,
});

export type Auth = ReturnType<typeof auth>;
