import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Account {
  uid: number;
  gid: number;
}

const accountName = "postgres";

/**
 * The account PostgreSQL runs as. PostgreSQL refuses root, so root gets the system account
 * `postgres`, made if it is missing; everybody else runs it as themselves (undefined).
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findAccount() ?? makeAccount();
}

function findAccount(): Account | undefined {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === accountName) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function makeAccount(): Account {
  const options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"];
  try {
    execFileSync("useradd", [...options, accountName], { stdio: "pipe" });
  } catch (cause) {
    throw new Error(accountMissing, { cause });
  }
  const made = findAccount();
  if (made === undefined) throw new Error(accountMissing);
  return made;
}

const accountMissing =
  "PostgreSQL refuses to run as root, and the account `postgres` could not be made with useradd. " +
  "Make it yourself, or run this as an ordinary user.";
