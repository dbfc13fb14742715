import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateServiceKey, generateServiceKeys, type ServiceKeys } from "@tollbook/service";
import type { RolePasswords } from "@tollbook/service/storage";
import type { JWK } from "jose";
import { databaseServices, services } from "./services.ts";

/** What is made once, at the first start, and must never be lost with the data it belongs to. */
export interface Secrets {
  /** Passwords of each service's database roles. */
  databases: Record<string, RolePasswords>;
  /** Each service's key pair, with the public keys of all. */
  serviceKeys: Record<string, ServiceKeys>;
  /** What sessions are signed with. */
  sessionKey: JWK;
  /** What credentials are stored under, base64, oldest first. */
  peppers: string[];
  /** What links in e-mails are signed with, base64. */
  linkSecret: string;
}

const secretBytes = 32;

/** Reads the secrets of a state folder, or makes them at its first start. Owner's eyes only. */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  const secrets = await makeSecrets();
  // Renamed into place, so that a start that is cut off leaves none or all of them.
  writeFileSync(`${file}.new`, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}

async function makeSecrets(): Promise<Secrets> {
  const passwords = () => ({ owner: random(), app: random(), worker: random() });
  return {
    databases: Object.fromEntries(databaseServices.map((name) => [name, passwords()])),
    serviceKeys: await generateServiceKeys(services),
    sessionKey: (await generateServiceKey("auth")).privateKey,
    peppers: [randomBytes(secretBytes).toString("base64")],
    linkSecret: randomBytes(secretBytes).toString("base64"),
  };
}

function random(): string {
  return randomBytes(secretBytes).toString("base64url");
}
