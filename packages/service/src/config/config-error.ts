/** One setting that is wrong, and what to do about it. */
export interface ConfigFault {
  readonly env: string;
  /** Completes "TOLLBOOK_PORT …": `is not set`, `is more than 65535`. */
  readonly problem: string;
  readonly remedy: string;
}

/** Everything that is wrong with a process's settings, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const count = faults.length === 1 ? "One setting is" : `${faults.length} settings are`;
    const lines = faults.map(({ env, problem, remedy }) => `  ${env} ${problem}.\n    ${remedy}`);
    super(`${count} wrong:\n${lines.join("\n")}`);
    this.faults = faults;
  }
}
