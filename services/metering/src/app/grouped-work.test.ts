import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GroupedWork, type Grouping } from "./grouped-work.ts";

interface Job {
  name: string;
  size: number;
}

const job = (name: string, size = 1): Job => ({ name, size });

/** Work whose groups end when told, each answered with the names it was done with. */
function workOf(options: Partial<Grouping<Job, string>> = {}) {
  const groups: string[][] = [];
  const ends: (() => void)[] = [];
  const work = new GroupedWork<Job, string>({
    run: async (_, jobs) => {
      const names = jobs.map(({ name }) => name);
      groups.push(names);
      await new Promise<void>((resolve) => ends.push(resolve));
      return new Map(jobs.map((one) => [one, names.join("+")]));
    },
    nameOf: ({ name }) => name,
    sizeOf: ({ size }) => size,
    sizeMax: 10,
    briskMax: 1,
    isOfAll: () => false,
    ...options,
  });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { work, groups, endNext };
}

describe("work of one account that is done together", () => {
  it("lets the first go at once, and gathers who comes meanwhile", async () => {
    const { work, groups, endNext } = workOf();
    const answers = ["a", "b", "c"].map((name) => work.do("account", job(name)));
    assert.deepEqual(groups, [["a"]]);
    await endNext();
    assert.deepEqual(groups.at(-1), ["b", "c"]);
    await endNext();
    assert.deepEqual(await Promise.all(answers), ["a", "b+c", "b+c"]);
  });

  it("never puts two of one name into a group, nor more than its size", async () => {
    const { work, groups, endNext } = workOf();
    const jobs = [job("a"), job("c", 6), job("c", 1), job("d", 4), job("e", 1)];
    for (const one of jobs) void work.do("account", one);
    for (let ended = 0; ended < 6; ended += 1) await endNext();
    assert.deepEqual(groups, [["a"], ["c"], ["c", "d", "e"]]);
  });

  it("does a job alone that is bigger than a group may be", async () => {
    const { work, endNext } = workOf();
    const answer = work.do("account", job("big", 99));
    await endNext();
    assert.equal(await answer, "big");
  });

  it("gives accounts their turn when all hands are busy", async () => {
    const { work, groups, endNext } = workOf();
    for (let nth = 0; nth < 3; nth += 1) void work.do(`account ${nth}`, job(`first of ${nth}`));
    void work.do("account 0", job("second of 0"));
    for (let ended = 0; ended < 3; ended += 1) await endNext();
    const order = ["first of 0", "first of 1", "first of 2", "second of 0"];
    assert.deepEqual(
      groups,
      order.map((name) => [name]),
    );
  });

  it("never does two groups of one account at once, however long the first takes", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const { work, groups, endNext } = workOf();
    for (const name of ["a", "b"]) void work.do("account", job(name));
    test.mock.timers.tick(1_000);
    assert.deepEqual(groups, [["a"]]);
    await endNext();
    assert.deepEqual(groups, [["a"], ["b"]]);
  });

  it("lets others go when groups take long, but never too many", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const { work, groups, endNext } = workOf();
    for (let nth = 0; nth < 8; nth += 1) void work.do(`account ${nth}`, job(`first of ${nth}`));
    const after = (ms: number) => {
      test.mock.timers.tick(ms);
      return groups.length;
    };
    const counts = [14, 1, 15, 15, 15, 15, 15].map(after);
    assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 6]);
    await endNext();
    assert.equal(groups.length, 7);
  });
});

describe("a group in which one job cannot be done", () => {
  const failing = (bad: string, isOfAll: boolean) => {
    const tried: string[][] = [];
    const grouping: Partial<Grouping<Job, string>> = {
      run: async (_, jobs) => {
        tried.push(jobs.map(({ name }) => name));
        await new Promise(setImmediate);
        if (jobs.some(({ name }) => name === bad)) throw new Error(`${bad} cannot be done`);
        return new Map(jobs.map((one) => [one, "done"]));
      },
      isOfAll: () => isOfAll,
    };
    return { ...workOf(grouping), tried };
  };
  const names = ["first", "second", "a", "b", "bad", "c"];

  it("takes it out and does the others", async () => {
    const { work } = failing("bad", false);
    const all = await Promise.allSettled(names.map((name) => work.do("account", job(name))));
    const done = names.filter((_, at) => all[at]?.status === "fulfilled");
    assert.deepEqual(done, ["first", "second", "a", "b", "c"]);
  });

  it("fails all of them when the failure is everybody's, without trying each", async () => {
    const { work, tried } = failing("bad", true);
    const all = await Promise.allSettled(names.map((name) => work.do("account", job(name))));
    const failed = names.filter((_, at) => all[at]?.status === "rejected");
    assert.deepEqual(failed, ["second", "a", "b", "bad", "c"]);
    assert.equal(tried.length, 2);
  });
});
