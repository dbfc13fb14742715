/**
 * Numbers that a seed determines, so that a run can be had again. Each part of a run takes a fork
 * of its own: what one part draws changes nothing of what another draws. (mulberry32: fast, and
 * good enough to choose by.)
 */
export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** Another sequence, determined by this one's seed and the name alone. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
    return new Random(hash);
  }

  /** From 0 to 1, which is not included. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Throws for an empty list. */
  pick<T>(list: readonly T[]): T {
    const [picked] = list.slice(Math.floor(this.fraction() * list.length));
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const placed = list.map((item) => ({ item, place: this.fraction() }));
    return placed.sort((one, other) => one.place - other.place).map(({ item }) => item);
  }
}
