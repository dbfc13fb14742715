import { useEffect } from "preact/hooks";
import { get } from "./api/call.ts";
import { problemOf } from "./api/problem.ts";
import { endSession, session } from "./api/session.ts";
import type { Account, Member } from "./api/shapes.ts";
import { useLoaded } from "./api/use-loaded.ts";
import { Announcements } from "./parts/announce.tsx";
import { ProblemNotice } from "./parts/notice.tsx";
import { go, path } from "./path.ts";
import { SignIn } from "./screens/entry/sign-in.tsx";
import { SignUp } from "./screens/entry/sign-up.tsx";
import { Shell } from "./shell/shell.tsx";

/** Asks who is signed in, then shows the way in or what is behind it. */
export function App() {
  return (
    <>
      <Content />
      <Announcements />
    </>
  );
}

function Content() {
  const me = useLoaded(loadMe);
  const who = session.value;
  const entering = path.value === "/sign-in" || path.value === "/sign-up";
  useEffect(() => {
    if (who === null && !entering) go("/sign-in");
  }, [who, entering]);
  if (who === null) return path.value === "/sign-up" ? <SignUp /> : <SignIn />;
  if (who !== undefined) return <Shell />;
  if (!me.problem) return null;
  return (
    <main class="entry">
      <ProblemNotice problem={me.problem} retry={me.reload} />
    </main>
  );
}

async function loadMe(): Promise<void> {
  try {
    session.value = await get<{ account: Account; member: Member }>("/v1/me");
  } catch (error) {
    if (problemOf(error).status !== 401) throw error;
    endSession();
  }
}
