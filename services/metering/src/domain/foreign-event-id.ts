import { isGarbled } from "./garbled.ts";
import { namedUuid } from "./named-uuid.ts";

/** Far beyond a CloudEvent's URI and id; an id is hashed and never kept. */
const NAME_LENGTH_MAX = 500;

/** The id of an event that another system named; undefined if the names make no sense. */
export function foreignEventId(source: string, foreignId: string): string | undefined {
  const isWell = [source, foreignId].every((name) => {
    return name.length > 0 && name.length <= NAME_LENGTH_MAX && !isGarbled(name);
  });
  return isWell ? namedUuid(JSON.stringify([source, foreignId])) : undefined;
}
