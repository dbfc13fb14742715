import { randomUUID } from "node:crypto";
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from "jose";

/** One service's private key, and the public keys of all: what makes it known to the others. */
export interface ServiceKeys {
  /** Ed25519 JWK with `d`; its `kid` is `<service>/<thumbprint>`. */
  readonly privateKey: JWK;
  /** Public keys of every service, old ones too while a rotation lasts. */
  readonly jwks: JSONWebKeySet;
}

/** Who our tokens are for. */
export const tokenAudience = "tollbook";
/** The `typ` of our services' tokens: a session can never pass for one. */
export const serviceTokenType = "tollbook-service+jwt";
/** A token that leaks is worth nothing after this. */
export const serviceTokenLifetimeSeconds = 60;
/** A token is used for this long, so that it is never about to end when it arrives. */
const reuseForMs = 30_000;

/** Who signs, and with what. */
export interface ServiceCredentialOptions {
  service: string;
  privateKey: JWK;
}

/** A source of Bearer tokens (without the word "Bearer") that prove to be this service. */
export function serviceCredential(options: ServiceCredentialOptions): () => Promise<string> {
  const { kid } = options.privateKey;
  if (kid === undefined || serviceOfKid(kid) !== options.service) {
    throw new Error(`the key ${kid} is not one of the service ${options.service}`);
  }
  const key = importJWK(options.privateKey, "EdDSA");
  let token: Promise<string> | undefined;
  let freshUntil = 0;
  return () => {
    // The monotonic clock: a step of the wall clock must not keep an ended token in use.
    if (token === undefined || performance.now() >= freshUntil) {
      freshUntil = performance.now() + reuseForMs;
      token = key.then((signingKey) => signed(options.service, kid, signingKey));
    }
    return token;
  };
}

function signed(service: string, kid: string, key: Awaited<ReturnType<typeof importJWK>>) {
  return new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", typ: serviceTokenType, kid })
    .setIssuer(service)
    .setAudience(tokenAudience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${serviceTokenLifetimeSeconds}s`)
    .sign(key);
}

/** New key pairs for these services, each with the public keys of all: first starts, tests. */
export async function generateServiceKeys(
  services: readonly string[],
): Promise<Record<string, ServiceKeys>> {
  const pairs = await Promise.all(services.map(generateServiceKey));
  const jwks = { keys: pairs.map(({ publicKey }) => publicKey) };
  return Object.fromEntries(
    pairs.map(({ service, privateKey }) => [service, { privateKey, jwks }]),
  );
}

/** One new Ed25519 pair; the public half belongs into everyone's JWK set. */
export async function generateServiceKey(
  service: string,
): Promise<{ service: string; privateKey: JWK; publicKey: JWK }> {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const publicKey = await exportJWK(pair.publicKey);
  const kid = `${service}/${(await calculateJwkThumbprint(publicKey)).slice(0, 16)}`;
  const named = { kid, alg: "EdDSA", use: "sig" };
  const privateKey = await exportJWK(pair.privateKey);
  return {
    service,
    privateKey: { ...privateKey, ...named },
    publicKey: { ...publicKey, ...named },
  };
}

/** The service a key belongs to: a token's issuer must be the one its key names. */
export function serviceOfKid(kid: string): string {
  return kid.slice(0, kid.indexOf("/"));
}
