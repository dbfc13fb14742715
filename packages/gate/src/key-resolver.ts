import type { GateEnvironment } from "./gate-environment.ts";
import type { KeyRecord, Standing } from "./key-record.ts";
import { Trouble } from "./trouble.ts";

/** Keys asked for at one time: a flood beyond it is answered "unavailable", not queued. */
const IN_FLIGHT_MAX = 10_000;
/** An answer overtaken by news is asked for again, but not for ever. */
const ATTEMPTS_MAX = 3;
/** So many failures in a row are an outage; until then each key gets its own try. */
const OUTAGE_FAILURES = 3;
/** An answer that takes longer than this is given up; its place is free again. */
const ABANDON_MS = 5_000;

/** What auth said. */
export type Resolved = "known" | "unknown" | "unavailable";

/** Where answers are kept. Told in the same tick that compares them with the news. */
export interface ResolvedKeys {
  known(keySha256: string, record: KeyRecord): void;
  unknown(keySha256: string): void;
}

/**
 * Asks auth for keys, each once at a time. News that arrives while an answer is under way may be
 * newer than the answer; it is remembered until nothing is under way, and wins.
 */
export class KeyResolver {
  readonly #environment: GateEnvironment;
  readonly #keep: ResolvedKeys;
  readonly #trouble: Trouble;
  readonly #underWay = new Map<string, Promise<Resolved>>();
  readonly #keyNews = new Map<string, KeyRecord>();
  readonly #standingNews = new Map<string, { standing: Standing; version: bigint }>();
  /** Goes up when a key may have been issued; and when news may have been missed. */
  #keyGeneration = 0;
  #resyncs = 0;

  constructor(environment: GateEnvironment, keep: ResolvedKeys) {
    this.#environment = environment;
    this.#keep = keep;
    this.#trouble = new Trouble(environment.random);
  }

  /** Resolves to what auth says of a key (SHA-256 in hex). Never rejects. */
  resolve(keySha256: string): Promise<Resolved> {
    const underWay = this.#underWay.get(keySha256);
    if (underWay !== undefined) return underWay;
    const outage = this.#trouble.failures >= OUTAGE_FAILURES;
    const barred = outage && !this.#trouble.mayTry(this.#environment.elapsed.now());
    if (barred || this.#underWay.size >= IN_FLIGHT_MAX) return Promise.resolve("unavailable");
    const answer = this.#ask(keySha256).finally(() => this.#ended(keySha256));
    this.#underWay.set(keySha256, answer);
    return answer;
  }

  noteKey(record: KeyRecord): void {
    this.#keyGeneration += 1;
    if (this.#underWay.size > 0) this.#keyNews.set(record.keyId, record);
  }

  noteStanding(customerId: string, standing: Standing, version: bigint): void {
    if (this.#underWay.size > 0) this.#standingNews.set(customerId, { standing, version });
  }

  noteResync(): void {
    this.#resyncs += 1;
    this.#keyGeneration += 1;
  }

  async #ask(keySha256: string): Promise<Resolved> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const before = { generation: this.#keyGeneration, resyncs: this.#resyncs };
      const answer = await this.#askOnce(keySha256);
      if (answer === "unavailable") return answer;
      if (answer === undefined && before.generation === this.#keyGeneration) {
        this.#keep.unknown(keySha256);
        return "unknown";
      }
      if (answer !== undefined && before.resyncs === this.#resyncs) {
        this.#keep.known(keySha256, this.#withNews(answer));
        return "known";
      }
    }
    return "unavailable"; // overtaken by news each time: it cannot be known now
  }

  async #askOnce(keySha256: string): Promise<KeyRecord | undefined | "unavailable"> {
    const { clock, elapsed, ports, observer } = this.#environment;
    let cancel = () => {};
    const abandoned = new Promise<never>((_, reject) => {
      const late = () => reject(new Error("auth did not answer for a key in time"));
      cancel = clock.after(ABANDON_MS, late);
    });
    try {
      const answer = await Promise.race([ports.resolveKey(keySha256), abandoned]);
      this.#trouble.passed();
      return answer;
    } catch (error) {
      this.#trouble.failed(elapsed.now());
      observer.trouble?.("resolve-key", error);
      return "unavailable";
    } finally {
      cancel();
    }
  }

  #withNews(record: KeyRecord): KeyRecord {
    const keyNews = this.#keyNews.get(record.keyId);
    const newest = keyNews && keyNews.version > record.version ? keyNews : record;
    const customer = this.#standingNews.get(record.customerId);
    if (customer === undefined || customer.version <= newest.customerVersion) return newest;
    return { ...newest, standing: customer.standing, customerVersion: customer.version };
  }

  #ended(keySha256: string): void {
    this.#underWay.delete(keySha256);
    if (this.#underWay.size > 0) return;
    this.#keyNews.clear();
    this.#standingNews.clear();
  }
}
