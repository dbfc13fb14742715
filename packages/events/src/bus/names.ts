/** Every service that tells events; each has one outbox, one stream and one feed. */
export const PRODUCERS = ["auth", "metering", "billing", "notifier"] as const;

/**
 * Whose event this is, by its type's full name: `tollbook.auth.v1.KeyChanged` → `auth`.
 * Throws if it is not the name of an event of one of our producers.
 */
export function producerOf(type: string): string {
  const producer = /^tollbook\.([a-z]+)\.v\d+\.[A-Z]\w*$/.exec(type)?.[1];
  if (PRODUCERS.some((known) => known === producer)) return producer as string;
  throw new Error(`not the full name of an event: ${type}`);
}

/**
 * Every name NATS knows of us. `namespace` keeps two Tollbooks on one NATS apart (two test runs,
 * staging beside production): it leads each subject and each stream's name.
 */
export interface BusNames {
  /** `TOLLBOOK_AUTH` */
  stream(producer: string): string;
  /** `tollbook.auth.>`: what the producer's stream keeps. */
  streamSubjects(producer: string): string;
  /** `tollbook.auth.v1.KeyChanged`: an event's subject is its type. */
  subject(type: string): string;
  /** `metering-tollbook_auth_v1_KeyChanged`: dots may not stand in a durable's name. */
  durable(consumer: string, type: string): string;
}

/** The names under a namespace of letters, digits and hyphens; none by default. */
export function busNames(namespace = ""): BusNames {
  if (!/^[\w-]*$/.test(namespace)) throw new Error(`not a namespace: ${namespace}`);
  const prefix = namespace === "" ? "" : `${namespace}.`;
  const streamPrefix = namespace === "" ? "" : `${namespace}_`;
  return {
    stream: (producer) => `${streamPrefix}TOLLBOOK_${producer.toUpperCase()}`,
    streamSubjects: (producer) => `${prefix}tollbook.${producer}.>`,
    subject: (type) => `${prefix}${type}`,
    durable: (consumer, type) => `${consumer}-${type.replaceAll(".", "_")}`,
  };
}
