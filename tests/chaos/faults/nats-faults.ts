import { globSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { natsFolder, wipeNats } from "../world/chaos-world.ts";
import type { Fault } from "./fault.ts";

export const killNats: Fault = ({ world }) => world.nats.restart((server) => server.kill());

/** Its disk is lost. */
export const wipeNatsStore: Fault = ({ world }) => {
  return world.nats.restart(
    (server) => server.stop(),
    () => wipeNats(world.folder),
  );
};

/** The end of a file of messages never reached the disk. */
export const truncateNatsStore: Fault = ({ world }, random) => {
  const [choice, kept] = [random.fraction(), random.fraction()];
  return world.nats.restart(
    (server) => server.kill(),
    async () => {
      const file = blockOf(world.folder, choice);
      if (file !== undefined) truncateSync(file, Math.floor(statSync(file).size * kept));
    },
  );
};

/** One bit of a file of messages is not what was written. */
export const flipNatsBit: Fault = ({ world }, random) => {
  const [choice, place, bit] = [random.fraction(), random.fraction(), random.between(0, 7)];
  return world.nats.restart(
    (server) => server.kill(),
    async () => {
      const file = blockOf(world.folder, choice);
      if (file === undefined) return;
      const bytes = readFileSync(file);
      const at = Math.floor(bytes.length * place);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      writeFileSync(file, bytes);
    },
  );
};

/** One of the files JetStream keeps messages in, if there is one that is not empty. */
function blockOf(folder: string, choice: number): string | undefined {
  const store = natsFolder(folder);
  const blocks = globSync("**/*.blk", { cwd: store })
    .map((name) => join(store, name))
    .filter((file) => statSync(file).size > 0)
    .sort();
  return blocks[Math.floor(choice * blocks.length)];
}
