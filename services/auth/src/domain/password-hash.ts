import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const argon2Async = promisify(argon2);

/** OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane. */
const memoryKiB = 19_456;
const passes = 2;
const parallelism = 1;
const saltBytes = 16;
const tagLength = 32;

/** A password's argon2id hash in PHC form: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(saltBytes);
  const parameters = { memory: memoryKiB, passes, parallelism };
  const tag = await argon2id(password, nonce, parameters);
  const costs = `m=${memoryKiB},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${costs}$${unpadded(nonce)}$${unpadded(tag)}`;
}

/** Whether a password is the one a hash was made from. Costs the same for a wrong one. */
export async function passwordMatches(password: string, phc: string): Promise<boolean> {
  const parsed = phcShape.exec(phc);
  if (!parsed) throw new Error("a stored password hash is not in PHC form");
  const [, memory, time, lanes, salt = "", hash = ""] = parsed;
  const expected = Buffer.from(hash, "base64");
  const tag = await argon2id(password, Buffer.from(salt, "base64"), {
    memory: Number.parseInt(memory ?? "", 10),
    passes: Number.parseInt(time ?? "", 10),
    parallelism: Number.parseInt(lanes ?? "", 10),
  });
  return timingSafeEqual(tag, expected);
}

/** Checked when an address is unknown, so that the answer takes as long as for a known one. */
export const hashOfNobody: Promise<string> = hashPassword(randomBytes(16).toString("hex"));

const phcShape = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;

function argon2id(
  password: string,
  nonce: Buffer,
  costs: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  const message = Buffer.from(password.normalize("NFKC"));
  return argon2Async("argon2id", { message, nonce, tagLength, ...costs });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
