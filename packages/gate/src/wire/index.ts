export * from "./key-words.ts";
export * from "./lease-words.ts";
export * from "./metering-ports.ts";
export * from "./usage-words.ts";
