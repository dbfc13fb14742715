import { get } from "./call.ts";

/** The most pages one screen reads: a list of 5,000 wants a search, not a longer page. */
const pagesMax = 5;

/** The items of a list RPC, page after page. `complete` is false if there are more. */
export async function listAll<T>(
  path: string,
  items: string,
): Promise<{ items: T[]; complete: boolean }> {
  const found: T[] = [];
  let token = "";
  for (let page = 0; page < pagesMax; page += 1) {
    const joint = path.includes("?") ? "&" : "?";
    const answer = await get<Record<string, unknown>>(
      `${path}${joint}pageSize=1000${token ? `&pageToken=${encodeURIComponent(token)}` : ""}`,
    );
    found.push(...((answer[items] ?? []) as T[]));
    token = (answer.nextPageToken as string | undefined) ?? "";
    if (token === "") return { items: found, complete: true };
  }
  return { items: found, complete: false };
}
