import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import type { CredentialSource } from "./credential-source.ts";

/** Keys are asked for again after this long, so that a withdrawn one stops working. */
const refreshAfterMs = 300_000;
/** A token under a key we do not know asks anew, but a stream of forgeries only this often. */
const unknownKeyPauseMs = 5_000;

/** Auth's session keys as jose wants them: cached, refreshed, and asked again for a new key id. */
export function refreshedSessionKeys(source: CredentialSource): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let askedAt = 0;
  const ask = (): Promise<JWTVerifyGetKey> => {
    askedAt = performance.now();
    const asked = source.sessionKeys().then(createLocalJWKSet);
    keys = asked;
    // A failed look-up is not remembered: the next token asks again.
    asked.catch(() => {
      if (keys === asked) keys = undefined;
    });
    return asked;
  };
  return async (header, token) => {
    const age = performance.now() - askedAt;
    const known = await (keys === undefined || age > refreshAfterMs ? ask() : keys);
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || age < unknownKeyPauseMs) throw error;
      return (await ask())(header, token);
    }
  };
}
