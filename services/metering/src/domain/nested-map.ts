/** The map that a map of maps has for a key; an empty one is put there first if it has none. */
export function nested<Key, Name, Value>(maps: Map<Key, Map<Name, Value>>, key: Key) {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<Name, Value>();
  maps.set(key, made);
  return made;
}
