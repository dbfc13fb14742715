import { signal } from "@preact/signals";
import { unreachable } from "./problem.ts";
import type { Account, Member } from "./shapes.ts";

/** Who is signed in: undefined until it is known, null for nobody. */
export const session = signal<{ account: Account; member: Member } | null | undefined>(undefined);

/** The account signed in to; screens behind the sign-in may rely on it. */
export function currentAccount(): Account {
  const account = session.value?.account;
  if (account === undefined) throw new Error("nobody is signed in");
  return account;
}

export function endSession(): void {
  session.value = null;
}

let renewing: Promise<boolean> | undefined;

/**
 * Asks for new cookies; false if the session has ended. A refresh token works once, so tabs take
 * turns: each sends the token that the one before it was given.
 */
export function renewSession(): Promise<boolean> {
  renewing ??= inTurn(refresh).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** Web Locks need https or localhost; elsewhere a second tab may have to sign in again. */
function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? navigator.locks.request("tollbook-session", work) : work();
}

/** A service that is down has not ended the session. */
async function refresh(): Promise<boolean> {
  const response = await fetch("/dashboard-session/refresh", { method: "POST" });
  if (response.status >= 500) throw unreachable();
  return response.ok;
}

export async function signOut(): Promise<void> {
  await fetch("/dashboard-session/sign-out", { method: "POST" }).catch(() => undefined);
  endSession();
}
